import type { OneListener, PluginParts } from '@switchboard/core'

/** What a plugin adds, of what can come from several places. */
export type Addition = Pick<PluginParts, 'routes' | 'commands' | 'jobs' | 'couriers' | 'ports'> & {
  on?: Readonly<Record<string, OneListener>>
}

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

function mergeListeners(all: readonly Readonly<Record<string, OneListener>>[]): Record<string, OneListener> {
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
