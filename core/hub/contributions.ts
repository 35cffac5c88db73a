import type { Adapter, AdapterDefinition } from '../ports/adapter.ts'
import type { Plugin, PluginParts } from '../ports/plugin.ts'
import type { Plan, Planned } from './plan.ts'

/** What goes when an adapter is switched off, a line each. */
export function adapterTakes(planned: Planned<AdapterDefinition>, adapter: Adapter, plan: Plan): string[] {
  const channels = Object.entries(adapter.channels ?? {}).map(([name, { isSecret }]) => (isSecret ? '…' : name))
  return [
    ...portsOf(planned.use.provides, plan),
    ...channels.map(channel => `webhook /webhooks/${planned.name}/${channel}`),
  ]
}

/** What goes when a plugin is switched off, a line each. */
export function pluginTakes(use: Pick<Plugin, 'provides' | 'evidence'>, parts: PluginParts, plan: Plan): string[] {
  return [
    ...portsOf(use.provides, plan),
    ...(use.evidence === undefined ? [] : ['evidence by which people are told apart']),
    ...(parts.routes ?? []).map(({ method, path }) => `route ${method} ${path}`),
    ...(parts.jobs ?? []).map(({ name }) => `job ${name}`),
    ...(parts.commands ?? []).map(({ name }) => `command ${name}`),
    ...Object.keys(parts.welcome ?? {}).map(field => `welcome field ${field}`),
    ...Object.keys(parts.timeline ?? {}).map(name => `timeline of ${name}`),
    ...(parts.forget === undefined ? [] : ['erasing what it keeps of people whom a source redacts']),
    ...Object.keys(parts.on ?? {}).map(event => `listener ${event}`),
  ]
}

function portsOf(provides: readonly string[], plan: Plan): string[] {
  return provides.map(port => {
    const needy = plan.plugins.filter(plugin => plugin.use.needs.some(need => need === port)).map(({ name }) => name)
    return needy.length > 0 ? `port ${port}, and with it ${needy.join(', ')}` : `port ${port}`
  })
}
