import { readFileSync } from 'node:fs'
import { OptionError, z, type AdapterDefinition, type Issue, type Plugin } from '@switchboard/core'
import type { Entry, JobSwitch, Parts, Unset } from '@switchboard/core/hub'
import { LineCounter, parseDocument } from 'yaml'
import type { Catalogue } from './parts.ts'

const entry = z.looseObject({
  use: z.string().optional(),
  on: z.boolean().optional(),
  required: z.boolean().optional(),
  /** A value from the environment without which the part is off. */
  when: z.string().optional(),
  simulate: z.boolean().optional(),
})

const file = z.strictObject({
  adapters: z.record(z.string(), entry.nullable()).default({}),
  plugins: z.record(z.string(), entry.nullable()).default({}),
  /** Which jobs run by themselves, and when. */
  jobs: z.unknown().optional(),
})

const schedule = z
  .string()
  .regex(
    /^\s*(\d+(\.\d+)? (second|minute|hour|day|week)s?|\S+( +\S+){4,5})\s*$/,
    'is no schedule: write an interval such as "5 minutes", a cron expression such as "0 6 * * *", or null for by hand',
  )

const jobs = z.record(
  z.string(),
  z.strictObject({ on: z.boolean().optional(), schedule: schedule.nullable().optional() }).nullable(),
)

/** What hub.yaml says. */
export interface HubConfig {
  parts: Parts
  /** Entries of adapters that want a simulated vendor, with the name of the adapter. */
  simulated: ReadonlyMap<string, string>
  /** What is said about jobs, by name; whether there are such jobs is found when the parts are made. */
  jobs: Readonly<Record<string, JobSwitch>>
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
  const readers = { unset, issues }
  const adapters = entriesOf<AdapterDefinition>('adapters', read.data.adapters, catalogue.adapters, readers)
  for (const [name, raw] of Object.entries(read.data.adapters))
    if (raw?.simulate && raw.on !== false) simulated.set(name, raw.use ?? name)
  return {
    parts: { adapters, plugins: entriesOf<Plugin>('plugins', read.data.plugins, catalogue.plugins, readers) },
    jobs: jobsOf(read.data.jobs, issues),
    simulated,
    unset,
    issues,
  }
}

function jobsOf(raw: unknown, issues: Issue[]): Record<string, JobSwitch> {
  const read = jobs.safeParse(raw ?? {})
  if (read.success) return Object.fromEntries(Object.entries(read.data).map(([name, said]) => [name, said ?? {}]))
  for (const issue of read.error.issues) {
    const path = ['jobs', ...issue.path].join('.')
    if (issue.code !== 'unrecognized_keys') issues.push({ path, message: issue.message })
    else issues.push(...issue.keys.map(key => ({ path: `${path}.${key}`, message: 'is neither `on` nor `schedule`' })))
  }
  return {}
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
  { unset, issues }: { unset: Unset; issues: Issue[] },
): Record<string, Entry<Definition>> {
  const entries: Record<string, Entry<Definition>> = {}
  for (const [name, said] of Object.entries(raw)) {
    const { use: named, on, required, simulate: _, when: __, ...options } = said ?? {}
    const off = isMissed(said) && { on: false, offBecause: notSet(unset.get(`${group}.${name}.when`)) }
    const use = known[named ?? name]
    if (use) entries[name] = { use, options, on: on ?? true, required: required ?? false, ...off }
    else issues.push({ path: `${group}.${name}`, message: unknownPart(named ?? name, Object.keys(known)) })
  }
  return entries
}

/** Whether the value that it is on for is not there. */
function isMissed(said: z.output<typeof entry> | null): boolean {
  return said !== null && Object.hasOwn(said, 'when') && !said.when && said.on !== false
}

function notSet(variable = 'what it is on for'): string {
  return `${variable} is not set`
}

function unknownPart(name: string, known: string[]): string {
  return `there is no part "${name}"; there are ${known.join(', ')} (config/parts.ts lists them)`
}
