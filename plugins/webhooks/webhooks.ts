import { definePlugin, secret, z } from '@switchboard/core'
import { carryDelivery, topic } from './carry.ts'
import type { Endpoint } from './endpoint.ts'
import { webhookEntities } from './entities.ts'
import { hear } from './hear.ts'
import { deliveryRoutes } from './routes.ts'
import { tidy } from './store.ts'

const Secret = secret().regex(/^whsec_[A-Za-z0-9+/]{24,}={0,2}$/, 'must be whsec_ and at least 24 characters of base64')

const options = z.object({
  endpoints: z
    .record(
      z.string().regex(/^[a-z][\w-]*$/i, 'must be a name of letters, digits, _ and -'),
      z.object({
        /** Where events are posted to. */
        url: z.url({ protocol: /^https?$/ }),
        /** Signs them: `whsec_` and base64, as the receiver has it. */
        secret: Secret,
        /** Which events: whole names, or `call.*` for whatever is published of that noun. */
        events: z
          .array(z.string().regex(/^[a-z]+\.(\*|\w+)$/i, 'must be a name such as call.missed, or call.*'))
          .min(1)
          .default(['call.*']),
      }),
    )
    .default({}),
  /** How long the log of deliveries is kept. */
  keepDays: z.int().min(1).max(3650).default(30),
})

/** Tells other programs what happens, by webhooks signed as the Standard Webhooks say, and keeps a log of every delivery. */
export const webhooks = definePlugin({
  name: 'webhooks',
  options,
  entities: webhookEntities,
  http: ({ endpoints }) => ({ hosts: Object.values(endpoints).map(({ url }) => new URL(url).host) }),
  setup: (hub, { endpoints, keepDays }) => {
    const all: Endpoint[] = Object.entries(endpoints).map(([name, endpoint]) => ({ name, ...endpoint }))
    return {
      on: Object.fromEntries(all.flatMap(({ events }) => events).map(event => [event, hear(hub, all)])),
      couriers: { [topic]: carryDelivery(hub, all) },
      routes: deliveryRoutes(hub, all),
      jobs: [
        {
          name: 'webhooks.tidy',
          schedule: '1 day',
          handle: async () => ({ forgotten: await hub.store.transact(tx => tidy(tx, hub.now(), keepDays)) }),
        },
      ],
    }
  },
})
