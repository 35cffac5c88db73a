import { z } from 'zod'
import type { Issue } from '../model/errors.ts'
import type { AdapterDefinition } from '../ports/adapter.ts'
import type { Plugin, PortName } from '../ports/plugin.ts'

/** One entry of hub.yaml: which part, with which options. */
export interface Entry<Definition> {
  use: Definition
  options?: unknown
  /** Default true. */
  on?: boolean
  /** Why it is off, when nobody simply switched it off. */
  offBecause?: string
  /** The hub does not run without it. Default false. */
  required?: boolean
}

/** The parts of an install, by the entry's name. */
export interface Parts {
  adapters: Readonly<Record<string, Entry<AdapterDefinition>>>
  plugins: Readonly<Record<string, Entry<Plugin>>>
}

/** A part that is to run, with its options read. */
export interface Planned<Definition> {
  name: string
  use: Definition
  options: unknown
  isRequired: boolean
}

/** A part that is not to run, and why. */
export interface Off {
  name: string
  kind: 'adapter' | 'plugin'
  because: string
}

/** What is to run, plugins after those whose ports they need. */
export interface Plan {
  adapters: Planned<AdapterDefinition>[]
  plugins: Planned<Plugin>[]
  off: Off[]
  /** Every wrong option, with its path. With any, nothing is to be started. */
  issues: Issue[]
}

/** Why an option has no value: the environment variable it names is not set. By path. */
export type Unset = ReadonlyMap<string, string>

/** Ports the hub itself provides while no part does. */
const builtIn = ['cache'] as const

/** Decides what runs: reads every entry's options, orders plugins by the ports they need, and says why a part is off. */
export function planParts(parts: Parts, unset: Unset = new Map()): Plan {
  const issues: Issue[] = []
  const off: Off[] = []
  const adapters = readEntries('adapters', parts.adapters, { issues, off, unset })
  const waiting = readEntries('plugins', parts.plugins, { issues, off, unset })
  const provided = new Set([...builtIn, ...adapters.flatMap(adapter => adapter.use.provides)])
  issues.push(...doubleProviders(adapters, waiting))
  const plugins = inOrder(waiting, provided, off)
  issues.push(...requiredButOff(parts, off))
  return { adapters, plugins, off, issues }
}

interface Reading {
  issues: Issue[]
  off: Off[]
  unset: Unset
}

function readEntries<Definition extends AdapterDefinition | Plugin>(
  group: 'adapters' | 'plugins',
  entries: Readonly<Record<string, Entry<Definition>>>,
  { issues, off, unset }: Reading,
): Planned<Definition>[] {
  const planned: Planned<Definition>[] = []
  for (const [name, entry] of Object.entries(entries)) {
    if (entry.on === false) {
      off.push({ name, kind: entry.use.kind, because: entry.offBecause ?? 'switched off in the configuration' })
      continue
    }
    const read = readOptions(`${group}.${name}`, entry.use.options, entry.options ?? {}, unset)
    issues.push(...read.issues)
    planned.push({ name, use: entry.use, options: read.value, isRequired: entry.required ?? false })
  }
  return planned
}

/** Reads options by their schema: the value, or every mistake with its path. Values are never shown: they may be secrets. */
export function readOptions(
  path: string,
  schema: z.ZodType,
  raw: unknown,
  unset: Unset = new Map(),
): { value: unknown; issues: Issue[] } {
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema
  const read = strict.safeParse(raw)
  if (read.success) return { value: read.data, issues: [] }
  return { value: undefined, issues: read.error.issues.flatMap(issue => issuesOf(issue, path, unset)) }
}

function issuesOf(issue: z.core.$ZodIssue, path: string, unset: Unset): Issue[] {
  const at = [path, ...issue.path].join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({ path: `${at}.${key}`, message: 'is not an option of this part' }))
  const variable = unset.get(at)
  if (variable) return [{ path: at, message: `${variable} is not set` }]
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [{ path: at, message: isMissing ? 'is missing' : issue.message }]
}

function doubleProviders(adapters: Planned<AdapterDefinition>[], plugins: Planned<Plugin>[]): Issue[] {
  const issues: Issue[] = []
  const providers = new Map<string, string>()
  for (const { name, use } of [...adapters, ...plugins]) {
    for (const port of use.provides) {
      const first = providers.get(port)
      const at = `${use.kind}s.${name}`
      if (first && port !== 'source' && port !== 'messaging')
        issues.push({ path: at, message: `${first} provides ${port} already; switch one off` })
      providers.set(port, first ?? at)
    }
  }
  return issues
}

function inOrder(plugins: Planned<Plugin>[], ports: ReadonlySet<string>, off: Off[]): Planned<Plugin>[] {
  const provided = new Set<string>(ports)
  const ordered: Planned<Plugin>[] = []
  let waiting = plugins
  while (waiting.length > 0) {
    const awaited = new Set(waiting.flatMap(plugin => plugin.use.provides))
    const next =
      waiting.find(
        plugin => hasAll(plugin.use.needs, provided) && !plugin.use.wants.some(isStillToCome(awaited, plugin)),
      ) ?? waiting.find(plugin => hasAll(plugin.use.needs, provided))
    if (!next) break
    ordered.push(next)
    for (const port of next.use.provides) provided.add(port)
    waiting = waiting.filter(plugin => plugin !== next)
  }
  for (const { name, use } of waiting) {
    const missing = use.needs.filter(port => !provided.has(port))
    off.push({ name, kind: 'plugin', because: `nobody provides ${missing.join(', ')}` })
  }
  return ordered
}

function hasAll(needs: readonly PortName[], provided: ReadonlySet<string>): boolean {
  return needs.every(port => provided.has(port))
}

function isStillToCome(awaited: ReadonlySet<PortName>, plugin: Planned<Plugin>): (port: PortName) => boolean {
  return port => awaited.has(port) && !plugin.use.provides.includes(port)
}

function requiredButOff(parts: Parts, off: Off[]): Issue[] {
  return off.flatMap(({ name, kind, because }) => {
    const entry = kind === 'adapter' ? parts.adapters[name] : parts.plugins[name]
    const isMissed = entry?.required === true && entry.on !== false
    return isMissed ? [{ path: `${kind}s.${name}`, message: `is required and cannot run: ${because}` }] : []
  })
}
