import type { Listener, PluginParts } from '@switchboard/core'

/** What a plugin adds, of what can come from several places. */
export type Addition = Pick<PluginParts, 'routes' | 'commands' | 'jobs' | 'on' | 'couriers' | 'ports'>

/** Several additions as one. Listeners to the same event hear it in this order, in one transaction. */
export function mergeParts(additions: readonly Addition[]): Required<Addition> {
  return {
    routes: additions.flatMap(({ routes = [] }) => routes),
    commands: additions.flatMap(({ commands = [] }) => commands),
    jobs: additions.flatMap(({ jobs = [] }) => jobs),
    couriers: Object.assign({}, ...additions.map(({ couriers }) => couriers)),
    ports: Object.assign({}, ...additions.map(({ ports }) => ports)),
    on: mergeListeners(additions.map(({ on = {} }) => on)),
  }
}

function mergeListeners(all: readonly Readonly<Record<string, Listener>>[]): Record<string, Listener> {
  const names = new Set(all.flatMap(on => Object.keys(on)))
  return Object.fromEntries(
    [...names].map(name => [
      name,
      async (tx, event) => {
        for (const on of all) await on[name]?.(tx, event)
      },
    ]),
  )
}
