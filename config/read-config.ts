import { readFileSync } from 'node:fs'
import { OptionError, z, type AdapterDefinition, type Issue, type Plugin } from '@switchboard/core'
import type { Entry, Parts, Unset } from '@switchboard/core/hub'
import { LineCounter, parseDocument } from 'yaml'
import type { Catalogue } from './parts.ts'

const entry = z.looseObject({
  use: z.string().optional(),
  on: z.boolean().optional(),
  required: z.boolean().optional(),
  simulate: z.boolean().optional(),
})

const file = z.strictObject({
  adapters: z.record(z.string(), entry.nullable()).default({}),
  plugins: z.record(z.string(), entry.nullable()).default({}),
})

/** What hub.yaml says. */
export interface HubConfig {
  parts: Parts
  /** Entries of adapters that want a simulated vendor, with the name of the adapter. */
  simulated: ReadonlyMap<string, string>
  /** Options without a value because the variable they name is not set. */
  unset: Unset
  /** What is wrong with the file itself; wrong options are found when the parts are planned. */
  issues: Issue[]
}

/**
 * Reads hub.yaml.
 * @param lookup the value of an environment variable
 * @throws OptionError when the file is missing or is not YAML, with the line
 */
export function readConfig(
  path: string,
  catalogue: Catalogue,
  lookup: (name: string) => string | undefined,
): HubConfig {
  const issues: Issue[] = []
  const unset = new Map<string, string>()
  const filled = fill(readYaml(path), { path: [], lookup, unset })
  const read = file.safeParse(filled)
  if (!read.success) {
    throw new OptionError(
      read.error.issues.map(issue => ({ path: [path, ...issue.path].join(' '), message: issue.message })),
    )
  }
  const simulated = new Map<string, string>()
  const adapters = entriesOf<AdapterDefinition>('adapters', read.data.adapters, catalogue.adapters, issues)
  for (const [name, raw] of Object.entries(read.data.adapters))
    if (raw?.simulate && raw.on !== false) simulated.set(name, raw.use ?? name)
  return {
    parts: { adapters, plugins: entriesOf<Plugin>('plugins', read.data.plugins, catalogue.plugins, issues) },
    simulated,
    unset,
    issues,
  }
}

function readYaml(path: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(textOf(path), { lineCounter: lines })
  const [broken] = document.errors
  if (!broken) return document.toJS() ?? {}
  const { line, col } = lines.linePos(broken.pos[0])
  throw new OptionError([{ path: `${path}:${line}:${col}`, message: broken.message.split('\n')[0] ?? 'is not YAML' }])
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OptionError([{ path, message: 'cannot be read: set HUB_CONFIG to the path of your hub.yaml' }], { cause })
  }
}

interface Filling {
  path: string[]
  lookup(name: string): string | undefined
  unset: Map<string, string>
}

const variable = /\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g

/** Puts the environment's values in; a value that is only an unset variable becomes undefined, and is noted. */
function fill(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, filling)
  if (Array.isArray(value))
    return value.map((item, index) => fill(item, { ...filling, path: [...filling.path, String(index)] }))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, fill(inner, { ...filling, path: [...filling.path, key] })]),
  )
}

function fillText(text: string, { path, lookup, unset }: Filling): string | undefined {
  let isUnset = false
  const filled = text.replace(variable, (_, name: string, otherwise: string | undefined) => {
    const found = lookup(name) ?? otherwise
    if (found !== undefined) return found
    isUnset = true
    unset.set(path.join('.'), name)
    return ''
  })
  return isUnset ? undefined : filled
}

function entriesOf<Definition>(
  group: 'adapters' | 'plugins',
  raw: Record<string, z.output<typeof entry> | null>,
  known: Readonly<Record<string, Definition>>,
  issues: Issue[],
): Record<string, Entry<Definition>> {
  const entries: Record<string, Entry<Definition>> = {}
  for (const [name, said] of Object.entries(raw)) {
    const { use: named, on, required, simulate: _, ...options } = said ?? {}
    const use = known[named ?? name]
    if (use) entries[name] = { use, options, on: on ?? true, required: required ?? false }
    else issues.push({ path: `${group}.${name}`, message: unknownPart(named ?? name, Object.keys(known)) })
  }
  return entries
}

function unknownPart(name: string, known: string[]): string {
  return `there is no part "${name}"; there are ${known.join(', ')} (config/parts.ts lists them)`
}
