import { Conflict, NotFound, route, z, type Hub, type Route } from '@switchboard/core'
import { topic } from './carry.ts'
import type { Endpoint } from './endpoint.ts'
import { listDeliveries, readDelivery, reviveDelivery, type Delivery } from './store.ts'

/** A delivery as the API shows it. */
const DeliveryShown = z.object({
  id: z.string().meta({ description: 'the header `webhook-id`' }),
  endpoint: z.string(),
  event: z.string(),
  state: z.enum(['waiting', 'delivered', 'dead']),
  madeAt: z.date(),
  attempts: z.int(),
  triedAt: z.date().nullable(),
  status: z.int().nullable().meta({ description: 'what the endpoint answered last' }),
  error: z.string().nullable(),
  deliveredAt: z.date().nullable(),
  body: z.unknown(),
})

/** The log of deliveries, and sending one again. */
export function deliveryRoutes(
  { store, outbox }: Pick<Hub, 'store' | 'outbox'>,
  endpoints: readonly Endpoint[],
): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/webhooks/deliveries',
      summary: 'Events sent to other programs, newest first, with what became of each',
      access: 'manager',
      query: z.object({
        endpoint: z.string().optional(),
        state: z.enum(['waiting', 'delivered', 'dead']).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.uuid().optional(),
      }),
      answer: z.object({ items: z.array(DeliveryShown), cursor: z.string().nullable() }),
      handle: async ({ query: { limit, cursor, ...which } }) => {
        const wanted = { ...which, limit: limit + 1, before: cursor ?? null }
        const found = await store.read(tx => listDeliveries(tx, wanted))
        const last = found.length > limit ? found[limit - 1] : undefined
        return { items: found.slice(0, limit).map(show), cursor: last?.id ?? null }
      },
    }),
    route({
      method: 'POST',
      path: '/api/webhooks/deliveries/:id/replay',
      summary: 'Send a delivery again, under the same id',
      access: 'manager',
      params: z.object({ id: z.uuid() }),
      answer: DeliveryShown,
      status: 202,
      handle: ({ params: { id } }) =>
        store.transact(async tx => {
          const known = await readDelivery(tx, id)
          if (!known) throw new NotFound('this delivery')
          if (!endpoints.some(({ name }) => name === known.endpoint))
            throw new Conflict(`there is no endpoint ${known.endpoint} any more`)
          const delivery = await reviveDelivery(tx, id)
          if (!delivery) throw new Conflict('it is still on its way')
          await outbox.send(tx, topic, `${delivery.endpoint}:${id}`, { deliveryId: id })
          return show(delivery)
        }),
    }),
  ]
}

function show(delivery: Delivery): z.output<typeof DeliveryShown> {
  const { body, deadAt, ...shown } = delivery
  const state = delivery.deliveredAt ? 'delivered' : deadAt ? 'dead' : 'waiting'
  return { ...shown, state, body: JSON.parse(body) as unknown }
}
