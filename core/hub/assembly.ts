import { HubError, messageOf } from '../model/errors.ts'
import type { Adapter, AdapterDefinition, Vault } from '../ports/adapter.ts'
import type { Audit } from '../ports/audit.ts'
import type { CachePort } from '../ports/cache.ts'
import type { Events, Outbox, Signals } from '../ports/events.ts'
import type { HttpLimits, Kit } from '../ports/kit.ts'
import type {
  FollowResult,
  FollowWish,
  GatewayCommand,
  Hub,
  HubRole,
  Plugin,
  PluginParts,
  PortName,
  Ports,
  PullResult,
  PullWish,
  Timeline,
  Welcome,
} from '../ports/plugin.ts'
import type { MessagingPort } from '../ports/messaging.ts'
import type { SourcePort } from '../ports/source.ts'
import type { Store } from '../ports/store.ts'
import { memoryCache } from '../store/memory-cache.ts'
import { adapterTakes, pluginTakes } from './contributions.ts'
import { nobody } from './kit.ts'
import type { Plan, Planned } from './plan.ts'
import type { PartState } from './states.ts'

/** A part that was made, and what it takes with it. */
interface Made<Definition, Thing> {
  planned: Planned<Definition>
  thing: Thing
}

/** Everything the parts of one hub brought. */
export interface Assembly {
  adapters: Made<AdapterDefinition, Adapter>[]
  plugins: Made<Plugin, PluginParts>[]
  ports: Partial<Ports>
  sources: Map<string, SourcePort>
  messengers: Map<string, MessagingPort>
  commands: Map<string, GatewayCommand>
  welcomes: Map<string, Welcome>
  timelines: Map<string, Timeline>
  states: Map<string, PartState>
}

/** What parts are made with. */
export interface AssemblySettings {
  plan: Plan
  kit(name: string, limits?: HttpLimits): Kit
  vault(adapter: string): Vault
  store: Store
  events: Events
  outbox: Outbox
  signals: Signals
  audit: Audit
  roles: ReadonlySet<HubRole>
  publicUrl: string
  dataDir: string
  databaseUrl: string
  pull(source: string, wish?: PullWish): Promise<PullResult>
  follow(messenger: string, wish: FollowWish): Promise<FollowResult>
}

/** Makes every planned part. One that cannot be made is noted as failed, and so is whoever needs its ports; the others go on. */
export function assemble(settings: AssemblySettings): Assembly {
  const assembly: Assembly = {
    adapters: [],
    plugins: [],
    ports: { cache: memoryCache() },
    sources: new Map(),
    messengers: new Map(),
    commands: new Map(),
    welcomes: new Map(),
    timelines: new Map(),
    states: new Map(),
  }
  for (const { name, kind, because } of settings.plan.off)
    assembly.states.set(`${kind}s.${name}`, { name, kind, state: 'off', because, takesWithIt: [] })
  for (const planned of settings.plan.adapters)
    attempt(assembly, planned, () => addAdapter(assembly, settings, planned))
  for (const planned of settings.plan.plugins) attempt(assembly, planned, () => addPlugin(assembly, settings, planned))
  return assembly
}

/** The cache, when other hubs see it too. */
export function sharedCacheOf({ ports: { cache } }: Assembly): CachePort | null {
  return cache?.isShared ? cache : null
}

function attempt(assembly: Assembly, planned: Planned<AdapterDefinition | Plugin>, add: () => string[]): void {
  const { name, use, isRequired } = planned
  const note = (state: PartState['state'], because: string | null, takesWithIt: string[]): void =>
    void assembly.states.set(`${use.kind}s.${name}`, { name, kind: use.kind, state, because, takesWithIt })
  try {
    note('starting', null, add())
  } catch (error) {
    if (isRequired) throw error
    note('failed', messageOf(error), [])
  }
}

function addAdapter(assembly: Assembly, settings: AssemblySettings, planned: Planned<AdapterDefinition>): string[] {
  const { publicUrl, databaseUrl } = settings
  const { name, use, options } = planned
  const own = { name, publicUrl, databaseUrl, vault: settings.vault(name) }
  const kit = { ...settings.kit(name, use.http?.(options) ?? nobody), ...own }
  const adapter = use.create(options, kit)
  assembly.adapters.push({ planned, thing: adapter })
  for (const port of use.provides)
    if (port !== 'source' && port !== 'messaging') Object.assign(assembly.ports, { [port]: adapter[port] })
  if (adapter.source) assembly.sources.set(name, adapter.source)
  if (adapter.messaging) assembly.messengers.set(name, adapter.messaging)
  return adapterTakes(planned, adapter, settings.plan)
}

function addPlugin(assembly: Assembly, settings: AssemblySettings, planned: Planned<Plugin>): string[] {
  const missing = planned.use.needs.filter(port => !assembly.ports[port])
  if (missing.length > 0) throw new HubError('unavailable', `nobody provides ${missing.join(', ')}`)
  const parts = planned.use.setup(hubFor(assembly, settings, planned), planned.options)
  assembly.plugins.push({ planned, thing: parts })
  Object.assign(assembly.ports, parts.ports)
  for (const command of parts.commands ?? []) assembly.commands.set(command.name, command)
  for (const [field, welcome] of Object.entries(parts.welcome ?? {})) assembly.welcomes.set(field, welcome)
  for (const [name, timeline] of Object.entries(parts.timeline ?? {})) assembly.timelines.set(name, timeline)
  return pluginTakes(planned.use, parts, settings.plan)
}

function hubFor(assembly: Assembly, settings: AssemblySettings, { name, use, options }: Planned<Plugin>): Hub {
  const { store, events, outbox, signals, audit, roles, publicUrl, dataDir, databaseUrl, pull, follow } = settings
  const wanted = <Name extends PortName>(port: Name): Ports[Name] | null => {
    if (![...use.needs, ...use.wants].includes(port))
      throw new Error(`${name} asks for ${port} without naming it in needs or wants`)
    return assembly.ports[port] ?? null
  }
  return {
    ...settings.kit(name, use.http?.(options)),
    ...{ store, events, outbox, signals, audit, roles, publicUrl, dataDir, databaseUrl, pull, follow },
    sources: assembly.sources,
    messengers: assembly.messengers,
    evidence: settings.plan.plugins.flatMap(({ use }) => use.evidence ?? []).toSorted(),
    commands: () => assembly.commands,
    welcomes: () => assembly.welcomes,
    timelines: () => assembly.timelines,
    wanted,
    port: port => {
      const found = wanted(port)
      if (!found) throw new HubError('unavailable', `nobody provides ${port}`)
      return found
    },
  }
}
