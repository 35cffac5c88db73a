import { messageOf, VendorError, z, type Courier, type Http, type Hub, type Tx } from '@switchboard/core'
import { Webhook } from 'standardwebhooks'
import type { Endpoint } from './endpoint.ts'
import { noteDead, noteDelivered, noteTried, readDelivery, type Delivery } from './store.ts'

/** The outbox topic of deliveries. */
export const topic = 'webhook'

const Order = z.object({ deliveryId: z.string() })

/**
 * Posts a delivery, signed. Any answer outside 200-299 is a reason to try again, with the outbox's backoff, but for 410: the receiver
 * wants no more. The id stays the same however often it is sent, so receivers can tell repetitions.
 */
export function carryDelivery(
  { store, http, now }: Pick<Hub, 'store' | 'http' | 'now'>,
  endpoints: readonly Endpoint[],
): Courier {
  return {
    carry: async command => {
      const { deliveryId: id } = Order.parse(command)
      const delivery = await store.read(tx => readDelivery(tx, id))
      if (!delivery || delivery.deliveredAt) return nothing
      const endpoint = endpoints.find(({ name }) => name === delivery.endpoint)
      if (!endpoint) throw new VendorError(`there is no endpoint ${delivery.endpoint} any more`)
      try {
        const status = await post(http, endpoint, delivery, now())
        return tx => noteDelivered(tx, id, { status, at: now() })
      } catch (error) {
        const status = error instanceof VendorError ? (error.vendorStatus ?? null) : null
        await store.transact(tx => noteTried(tx, id, { status, error: messageOf(error), at: now() }))
        throw error
      }
    },
    failed: (command, error) => tx => noteDead(tx, Order.parse(command).deliveryId, messageOf(error), now()),
  }
}

/** @returns the status. @throws VendorError when it was not taken */
async function post(http: Http, { name, url, secret }: Endpoint, { id, body }: Delivery, now: Date): Promise<number> {
  const signature = new Webhook(secret).sign(id, now, body)
  const { status } = await http.send({
    ...{ url, method: 'POST', body, idempotent: false },
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signature,
    },
  })
  if (status >= 200 && status < 300) return status
  throw new VendorError(`${name} answered ${status}`, { retryable: status !== 410, vendorStatus: status })
}

async function nothing(_tx: Tx): Promise<void> {}
