import type { ZodError } from 'zod'
import type { Issue } from '../model/errors.ts'

/** Every mistake a schema found, with its place as `data.0.id`; `under` goes before each. */
export function issuesOf(error: ZodError, under: readonly string[] = []): Issue[] {
  return error.issues.map(({ path, message }) => ({ path: [...under, ...path].map(String).join('.'), message }))
}
