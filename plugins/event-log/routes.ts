import { route, z, type Hub, type Route } from '@switchboard/core'
import { endOf, eventsAfter } from './store.ts'

const EventShown = z.object({
  id: z.string().meta({ description: 'the same when an event is read again' }),
  name: z.string(),
  key: z.string().meta({ description: 'what it is about, such as a call; empty: nothing in particular' }),
  at: z.date(),
  data: z.unknown(),
})

/** The log as other programs read it. */
export function eventRoutes({ store }: Pick<Hub, 'store'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/events',
      summary: 'What happened, oldest first: ask again with the cursor for what came since',
      access: 'admin',
      query: z.object({
        cursor: z
          .string()
          .regex(/^\d{1,18}$/)
          .optional()
          .meta({ description: 'of the answer before; without one: an empty answer with the cursor of now' }),
        name: z.string().optional().meta({ description: 'names, with commas between; default: all' }),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answer: z.object({ items: z.array(EventShown), cursor: z.string() }),
      handle: async ({ query: { cursor, name, limit } }) => {
        if (cursor === undefined) return { items: [], cursor: await store.read(endOf) }
        const names = name?.split(',') ?? null
        const found = await store.read(tx => eventsAfter(tx, cursor, { limit, names }))
        const items = found.map(({ position: _, ...event }) => event)
        return { items, cursor: found.at(-1)?.position ?? cursor }
      },
    }),
  ]
}
