import { newId } from '../model/id.ts'

const sane = /^[\w.:-]{8,128}$/

/** The id a request goes by in answers and logs: the caller's own when it is a sane one, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && sane.test(header) ? header : newId()
}
