import { definePlugin, z } from '@switchboard/core'
import { carryEvents } from './carry.ts'
import { eventLogEntities } from './entities.ts'
import { eventRoutes } from './routes.ts'
import { tidy } from './store.ts'

const options = z.object({
  /** For how long events are kept for whoever is away. */
  keepDays: z.coerce.number().int().min(1).max(3650).default(7),
  /** An event whose reader gives no sign of life for so long goes to another. */
  handSeconds: z.coerce.number().min(0.5).max(600).default(10),
  /** The pause after a reader's first failure; each further one is twice as long, up to 30 s. */
  firstRetrySeconds: z.coerce.number().positive().max(30).default(0.25),
})

/** Carries events beyond the hub through its own database: kept in order for programs that read them, also for those that were away. */
export const eventLog = definePlugin({
  name: 'event-log',
  options,
  provides: ['events'],
  entities: eventLogEntities,
  setup: (hub, { keepDays, ...giving }) => ({
    ports: { events: carryEvents(hub, giving) },
    routes: eventRoutes(hub),
    jobs: [
      {
        name: 'event-log.tidy',
        schedule: '1 hour',
        handle: async () => ({ forgotten: await hub.store.transact(tx => tidy(tx, hub.now(), keepDays)) }),
      },
    ],
  }),
})
