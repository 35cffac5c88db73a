import { definePlugin, type Plugin } from '@switchboard/core'
import { clientSync } from './client-sync.ts'
import { genericRoutes } from './decisions/generic.ts'
import { decisionRoutes } from './decisions/routes.ts'
import { makeDirectory } from './directory.ts'
import { identityEntities } from './entities.ts'
import { makeAsking } from './reviews/asking.ts'
import { reviewRoutes } from './reviews/routes.ts'
import { profileRoutes } from './routes.ts'
import { optionsWith, type identityOptions, type Matching } from './settings.ts'
import { timelineRoute } from './timeline.ts'
import { makeUpkeep } from './upkeep.ts'
import { whyRoutes } from './why/routes.ts'

export type { Model } from './engine/model.ts'
export { people } from './engine/models/people.ts'
export { reference } from './engine/models/reference.ts'
export type { Matching } from './settings.ts'

/** Turns the records of all sources into one profile per person, and tells who is calling. */
export const identity = identityWith({})

/** The same, with other settings where an entry in hub.yaml gives none. */
export function identityWith(matching: Matching): Plugin<typeof identityOptions> {
  return definePlugin({
    name: 'identity',
    options: optionsWith(matching),
    provides: ['directory'],
    entities: identityEntities,
    setup: (hub, options) => {
      const asking = makeAsking(hub, options)
      const upkeep = makeUpkeep({ ...hub, matched: asking.soon }, options)
      const isWorker = hub.roles.has('worker')
      return {
        ports: { directory: makeDirectory({ region: options.region, now: hub.now }) },
        routes: [
          ...profileRoutes(hub, options),
          timelineRoute(hub),
          ...whyRoutes(hub, options),
          ...decisionRoutes(hub, options),
          ...reviewRoutes(hub, options),
          ...genericRoutes(hub),
        ],
        jobs: [clientSync(hub, { upkeep, asking }, options.schedule)],
        on: {
          'records.changed': async () => {
            if (isWorker) upkeep.poke()
          },
        },
        start: async () => {
          if (isWorker) upkeep.poke()
        },
        drain: async () => {
          await upkeep.stop()
          await asking.stop()
        },
      }
    },
  })
}
