import { createHash, createHmac } from 'node:crypto'
import { delivererOf, type Delivered, type Delivery } from './deliver.ts'
import type { Faults } from './faults.ts'
import { exactJson } from './shopify-rows.ts'
import type { SimulatorSettings } from './simulator.ts'

/** The webhooks of the simulated shop. */
export interface ShopWebhooks {
  /**
   * Sends one to every subscription of its topic, signed, with one event id. Topics of privacy are the app's own and always go to the
   * hub, and so do topics that nobody knows.
   */
  send(topic: string, payload: object, settings?: SendSettings): Promise<Delivered>
  /** Whether the shop still sends this topic; without one, all that it sent at first. */
  isSubscribed(topic?: string): boolean
  /** The subscriptions it started with, again. */
  subscribe(): void
  subscriptions(): readonly Subscription[]
  /** @returns the new one; null when there is one of the same topic, address and name */
  create(wish: Omit<Subscription, 'id' | 'failures'>): Subscription | null
  /** @returns whether there was one */
  remove(id: string): boolean
  close(): Promise<void>
}

/** How a webhook is sent. */
export interface SendSettings {
  /** When it happened. Default: now. */
  at?: Date
  /** As the Events preview does, about this row. */
  event?: { resourceId: string; action: string }
}

/** A topic that goes to an address. */
export interface Subscription {
  id: string
  /** Such as `orders/create`. */
  topic: string
  uri: string
  /** Tells apart two subscriptions of one topic. */
  name: string | null
  /** In a row. */
  failures: number
}

/** What a shop sends when it starts, as though somebody had set it up. */
export const firstTopics = [
  ...['create', 'updated', 'paid', 'cancelled', 'fulfilled', 'delete'].map(name => `orders/${name}`),
  ...['create', 'update', 'delete'].map(name => `customers/${name}`),
  'app/uninstalled',
]

const timeoutMs = 5000
/** Eight times over four hours, ever slower. */
const retrySeconds = [10, 60, 180, 600, 1200, 2400, 3600, 6240]
const patience = 8

/** Webhooks signed with this secret, sent to the hub. */
export function shopWebhooks(settings: SimulatorSettings, faults: Faults, secret: string): ShopWebhooks {
  const { publicUrl, adapter, now, speed = 1000, log } = settings
  const deliverer = delivererOf(faults, log)
  const hub = `${publicUrl}/webhooks/${adapter}/webhooks`
  const retryDelaysMs = retrySeconds.map(seconds => (seconds * 1000) / speed)
  const known = new Map<string, Subscription>()
  let made = 0
  let sent = 0

  const create: ShopWebhooks['create'] = wish => {
    const isTaken = [...known.values()].some(
      one => one.topic === wish.topic && one.uri === wish.uri && one.name === wish.name,
    )
    if (isTaken) return null
    const subscription = { ...wish, id: `gid://shopify/WebhookSubscription/${1_000_000_000 + made++}`, failures: 0 }
    known.set(subscription.id, subscription)
    return subscription
  }
  const subscribe = (): void => {
    for (const one of known.values()) one.failures = 0
    for (const topic of firstTopics) create({ topic, uri: hub, name: null })
  }
  const isSubscribed = (topic: string): boolean => [...known.values()].some(one => one.topic === topic)

  async function deliver(to: Subscription, message: Message): Promise<Delivered> {
    const delivery = { ...deliveryOf({ ...message, name: to.name }, settings, secret), url: to.uri }
    const delivered = await deliverer.send({ ...delivery, timeoutMs, retryDelaysMs })
    const isFine = delivered.status !== null && delivered.status < 300
    if (delivered.attempts > 0) to.failures = isFine ? 0 : to.failures + delivered.attempts
    if (to.failures >= patience) known.delete(to.id)
    return delivered
  }

  subscribe()
  return {
    create,
    subscribe,
    subscriptions: () => [...known.values()],
    remove: id => known.delete(id),
    isSubscribed: topic => (topic === undefined ? firstTopics.every(isSubscribed) : isSubscribed(topic)),
    async send(topic, payload, { at = now(), event } = {}) {
      const isDirect = !firstTopics.includes(topic)
      const subscribed = [...known.values()].filter(one => one.topic === topic)
      const direct = { id: '', topic, uri: hub, name: null, failures: 0 }
      const targets = isDirect && subscribed.length === 0 ? [direct] : subscribed
      const number = (sent += 1)
      const outcomes = await Promise.all(
        targets.map((to, copy) =>
          deliver(to, { topic, body: exactJson(payload), at, event, number, copy, name: null }),
        ),
      )
      return {
        attempts: outcomes.reduce((sum, { attempts }) => sum + attempts, 0),
        status: outcomes.at(-1)?.status ?? null,
      }
    },
    close: deliverer.close,
  }
}

interface Message {
  topic: string
  body: string
  at: Date
  event: SendSettings['event']
  /** Counts events, and the copies of one. */
  number: number
  copy: number
  /** The subscription's. */
  name: string | null
}

/** One delivery, the same at each attempt; and what somebody else might send: another body under a signature that is not of the shop. */
function deliveryOf(
  message: Message,
  settings: SimulatorSettings,
  secret: string,
): Pick<Delivery, 'attempt' | 'intruder'> {
  const { body } = message
  const headers = headersOf(message, settings, body, secret)
  const forgedBody = JSON.stringify({
    ...(JSON.parse(body) as object),
    email: 'intruder@example.com',
    total_price: '0.01',
  })
  const forged = { ...message, number: -message.number }
  return {
    attempt: () => ({ headers, body }),
    // The shop signs no time, so an old delivery is as good as new: there are no stale ones.
    intruder: kind =>
      kind === 'stale' ? null : { headers: headersOf(forged, settings, forgedBody, 'shpss_guessed'), body: forgedBody },
  }
}

function headersOf(
  message: Message,
  { seed, world }: SimulatorSettings,
  body: string,
  secret: string,
): Record<string, string> {
  const { topic, at, event, number, copy, name } = message
  const common = {
    topic,
    'hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    'shop-domain': world.shop.domain,
    'api-version': '2026-07',
    'webhook-id': uuidOf(`${seed} webhook ${number} ${copy} ${at.getTime()}`),
    'event-id': uuidOf(`${seed} event ${number} ${at.getTime()}`),
    'triggered-at': `${at.toISOString().slice(0, 23)}456789Z`,
    ...(name !== null && { name }),
    ...(event && { 'resource-id': event.resourceId, action: event.action, handle: 'hub' }),
  }
  const prefix = event ? 'shopify-' : 'x-shopify-'
  const named = Object.entries(common).map(([header, value]) => [prefix + header, value])
  return { 'content-type': 'application/json', ...Object.fromEntries(named) }
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
