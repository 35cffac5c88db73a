import { newId, type Hub, type HubEvent, type Listener } from '@switchboard/core'
import { topic } from './carry.ts'
import { matches, type Endpoint } from './endpoint.ts'
import { logDelivery } from './store.ts'

/** Keeps an event for every endpoint that asks for it, and sends it on its way: what is about one call goes out in order. */
export function hear({ outbox, now }: Pick<Hub, 'outbox' | 'now'>, endpoints: readonly Endpoint[]): Listener {
  return async (tx, event) => {
    for (const { name } of endpoints.filter(endpoint => matches(endpoint, event.name))) {
      const id = newId()
      await logDelivery(tx, { id, endpoint: name, event: event.name, body: bodyOf(event), madeAt: now() })
      await outbox.send(tx, topic, keyOf(name, event), { deliveryId: id })
    }
  }
}

/** See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure */
function bodyOf({ name, at, data }: HubEvent): string {
  return JSON.stringify({ type: name, timestamp: at.toISOString(), data })
}

/** An endpoint that is down keeps nobody waiting but the call it has not heard of. */
function keyOf(endpoint: string, { data, id }: HubEvent): string {
  const { callId } = (data ?? {}) as { callId?: unknown }
  return `${endpoint}:${typeof callId === 'string' ? callId : id}`
}
