import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, OptionError, z } from '@switchboard/core'
import { modelSchema, type Model } from '@switchboard/identity/match-file'

const models = join(import.meta.dirname, 'models')

/**
 * The model of that name in `models`, or the one in a file: JSON, or a module that exports one.
 * @throws OptionError with every mistake in it and its path
 */
export async function loadModel(nameOrPath: string): Promise<Model> {
  const file = fileOf(nameOrPath)
  const read = modelSchema.safeParse(await valueIn(file, nameOrPath))
  if (read.success) return read.data
  throw mistakes(nameOrPath, read.error)
}

function mistakes(nameOrPath: string, error: z.ZodError): OptionError {
  const issues = error.issues.map(({ path, message }) => ({ path: [nameOrPath, ...path].join('.'), message }))
  return new OptionError(issues, { cause: error })
}

/** The names of the models in `models`. */
export function modelNames(): string[] {
  return readdirSync(models)
    .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map(file => file.slice(0, -'.ts'.length))
}

function fileOf(nameOrPath: string): string {
  const isPath = /[/\\]|\.(ts|mts|js|mjs|json)$/.test(nameOrPath)
  if (isPath && existsSync(nameOrPath)) return resolve(nameOrPath)
  if (!isPath && modelNames().includes(nameOrPath)) return join(models, `${nameOrPath}.ts`)
  const message = isPath
    ? `there is no file ${nameOrPath}`
    : `no model is called ${nameOrPath}; there are ${modelNames().join(', ')}, and files`
  throw new OptionError([{ path: '--model', message }])
}

/** What a file says the model is: its JSON, or of the exports of a module the first that is an object. */
async function valueIn(file: string, nameOrPath: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return JSON.parse(readFileSync(file, 'utf8'))
    const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>
    return Object.values(exports).find(value => typeof value === 'object' && value !== null)
  } catch (error) {
    if (error instanceof z.ZodError) throw mistakes(nameOrPath, error)
    throw new OptionError([{ path: nameOrPath, message: messageOf(error) }], { cause: error })
  }
}
