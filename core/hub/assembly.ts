import { HubError, messageOf } from '../model/errors.ts'
import type { Adapter, AdapterDefinition, Vault } from '../ports/adapter.ts'
import type { Audit } from '../ports/audit.ts'
import type { Events, Outbox } from '../ports/events.ts'
import type { HttpLimits, Kit } from '../ports/kit.ts'
import type {
  GatewayCommand,
  Hub,
  HubRole,
  Plugin,
  PluginParts,
  PortName,
  Ports,
  PullResult,
  PullWish,
  Welcome,
} from '../ports/plugin.ts'
import type { MessagingPort } from '../ports/messaging.ts'
import type { SourcePort } from '../ports/source.ts'
import type { Store } from '../ports/store.ts'
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
  audit: Audit
  roles: ReadonlySet<HubRole>
  publicUrl: string
  dataDir: string
  databaseUrl: string
  pull(source: string, wish?: PullWish): Promise<PullResult>
}

/** Makes every planned part. One that cannot be made is noted as failed, and so is whoever needs its ports; the others go on. */
export function assemble(settings: AssemblySettings): Assembly {
  const assembly: Assembly = {
    adapters: [],
    plugins: [],
    ports: {},
    sources: new Map(),
    messengers: new Map(),
    commands: new Map(),
    welcomes: new Map(),
    states: new Map(),
  }
  for (const { name, kind, because } of settings.plan.off)
    assembly.states.set(`${kind}s.${name}`, { name, kind, state: 'off', because, takesWithIt: [] })
  for (const planned of settings.plan.adapters)
    attempt(assembly, planned, () => addAdapter(assembly, settings, planned))
  for (const planned of settings.plan.plugins) attempt(assembly, planned, () => addPlugin(assembly, settings, planned))
  return assembly
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
  return pluginTakes(planned.use, parts, settings.plan)
}

function hubFor(assembly: Assembly, settings: AssemblySettings, { name, use, options }: Planned<Plugin>): Hub {
  const { store, events, outbox, audit, roles, publicUrl, dataDir, databaseUrl, pull } = settings
  const wanted = <Name extends PortName>(port: Name): Ports[Name] | null => {
    if (![...use.needs, ...use.wants].includes(port))
      throw new Error(`${name} asks for ${port} without naming it in needs or wants`)
    return assembly.ports[port] ?? null
  }
  return {
    ...settings.kit(name, use.http?.(options)),
    ...{ store, events, outbox, audit, roles, publicUrl, dataDir, databaseUrl, pull },
    sources: assembly.sources,
    messengers: assembly.messengers,
    evidence: settings.plan.plugins.flatMap(({ use }) => use.evidence ?? []).toSorted(),
    commands: () => assembly.commands,
    welcomes: () => assembly.welcomes,
    wanted,
    port: port => {
      const found = wanted(port)
      if (!found) throw new HubError('unavailable', `nobody provides ${port}`)
      return found
    },
  }
}
