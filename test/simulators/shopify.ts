import type { Delivered } from './deliver.ts'
import { faultsOf } from './faults.ts'
import { addressOf } from './orders.ts'
import { randomOf, seedOf } from './random.ts'
import { jsonOf, serve, type SimulatorReply, type SimulatorRoute } from './server.ts'
import { answer, bucketOf, throttledReply, type ShopState } from './shopify-graphql.ts'
import { orderBody, redactedBody } from './shopify-rows.ts'
import { shopWebhooks } from './shopify-webhooks.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'
import type { WorldOrder } from './world.ts'

/** A Shopify shop: the orders of the Admin GraphQL API with its cost bucket, and signed webhooks. */
export const shopifySimulator: Simulator<RunningShopify> = {
  name: 'shopify',
  options: { shop: 'lumen-and-lace.myshopify.example', token: 'shpat_simulated', webhookSecrets: ['shpss_simulated'] },
  start: startShop,
}

/** A simulated shop that runs. */
export interface RunningShopify extends Running {
  /** Every order the shop has now. */
  orders(): WorldOrder[]
  /** Somebody orders; by default the demo caller. The webhook is on its way when this returns. */
  place(wish?: OrderWish): OrderChange
  /** Something about an order changes. @throws RangeError when there is no such order */
  change(id: string, wish: OrderWish): OrderChange
  /** The order is gone, as from the admin. @throws RangeError when there is no such order */
  remove(id: string): OrderChange
  /** The API garbles this order from now on. */
  spoil(id: string): void
  /** The app may, or may not, see customers. */
  hidePii(isHidden: boolean): void
  /** The API no longer takes the cursors it gave. */
  expireCursors(): void
  /** Uses up the query cost points: the API throttles until the clock has moved on. */
  drain(): void
  /** Sends any webhook, signed. */
  send(topic: string, payload: object): Promise<Delivered>
  /** Whether webhooks are still sent. */
  isSubscribed(): boolean
}

/** What an order is to be like; everything is optional. */
export interface OrderWish {
  firstName?: string
  lastName?: string
  email?: string
  phone?: string
  dollars?: number
  financial?: WorldOrder['financial']
  fulfillment?: WorldOrder['fulfillment']
  isCancelled?: boolean
}

/** An order after a change, and its webhook on the way. */
export interface OrderChange {
  order: WorldOrder
  delivered: Promise<Delivered>
}

async function startShop(settings: SimulatorSettings): Promise<RunningShopify> {
  const faults = faultsOf(settings.seed, settings.faults)
  const orders = new Map(settings.world.orders.map(order => [order.id, order]))
  const spoiled = new Set<string>()
  const now = (): Date => new Date(settings.now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0))
  const state = { orders, spoiled, isPiiHidden: false, generation: 1, bucket: bucketOf(settings.now) }
  const webhooks = shopWebhooks({ ...settings, now }, faults, webhookSecret)
  const tell = (topic: string, order: WorldOrder): OrderChange => {
    const payload = state.isPiiHidden ? redactedBody(order) : orderBody(order)
    return { order, delivered: webhooks.send(topic, payload) }
  }
  const keep = (topic: string, order: WorldOrder): OrderChange => {
    orders.set(order.id, order)
    return tell(topic, order)
  }
  const run: Omit<RunningShopify, 'url' | 'options' | 'close'> = {
    faults,
    orders: () => [...orders.values()],
    place: wish => keep('orders/create', newOrder(settings, orders, now(), wish)),
    change: (id, wish) =>
      keep(wish.isCancelled ? 'orders/cancelled' : 'orders/updated', changed(known(orders, id), wish, now())),
    remove: id => {
      const order = known(orders, id)
      orders.delete(id)
      return { order, delivered: webhooks.send('orders/delete', { id: `#${id}` }) }
    },
    spoil: id => void spoiled.add(id),
    hidePii: isHidden => void (state.isPiiHidden = isHidden),
    expireCursors: () => void (state.generation += 1),
    drain: () => state.bucket.drain(),
    send: webhooks.send,
    isSubscribed: webhooks.isSubscribed,
  }
  const routes = [
    graphqlRoute(state, now, () => faults.strikes('tokenExpired')),
    ...controlRoutes(run, webhooks.subscribe),
  ]
  const tooMany = (): SimulatorReply => throttledReply(state, faults.get().retryAfterSeconds)
  const server = await serve({ routes, faults, tooMany, port: settings.port })
  return {
    ...run,
    url: server.url,
    options: { url: server.url },
    close: async () => void (await Promise.all([webhooks.close(), server.close()])),
  }
}

const token = String(shopifySimulator.options['token'])
const [webhookSecret = ''] = shopifySimulator.options['webhookSecrets'] as string[]

function graphqlRoute(state: ShopState, now: () => Date, isExpired: () => boolean): SimulatorRoute {
  return {
    method: 'POST',
    path: '/admin/api/:version/graphql.json',
    handle(request) {
      const headers = { date: now().toUTCString() }
      const isKnown = request.headers['x-shopify-access-token'] === token
      if (isExpired() || !isKnown) {
        const errors = '[API] Invalid API key or access token (unrecognized login or wrong password)'
        return { status: 401, headers, body: { errors } }
      }
      return { headers, body: answer(state, jsonOf(request) as Parameters<typeof answer>[1]) }
    },
  }
}

/** `POST /simulator/orders` places an order; with an `id` it changes that one, and with `deleted` too it removes it. */
function controlRoutes(
  run: Omit<RunningShopify, 'url' | 'options' | 'close'>,
  subscribe: () => void,
): SimulatorRoute[] {
  const handle: SimulatorRoute['handle'] = async request => {
    const { id, deleted, ...wish } = (jsonOf(request) ?? {}) as OrderWish & { id?: string; deleted?: boolean }
    const { order, delivered } = id === undefined ? run.place(wish) : deleted ? run.remove(id) : run.change(id, wish)
    return { body: { id: order.id, number: order.number, delivered: await delivered } }
  }
  return [
    { method: 'POST', path: '/simulator/orders', handle },
    {
      method: 'PUT',
      path: '/simulator/pii',
      handle(request) {
        run.hidePii((jsonOf(request) as { hidden?: boolean }).hidden === true)
        return {}
      },
    },
    {
      method: 'POST',
      path: '/simulator/subscription',
      handle() {
        subscribe()
        return { body: { isSubscribed: run.isSubscribed() } }
      },
    },
  ]
}

function known(orders: ReadonlyMap<string, WorldOrder>, id: string): WorldOrder {
  const order = orders.get(id)
  if (!order) throw new RangeError(`there is no order ${id}`)
  return order
}

function changed(order: WorldOrder, wish: OrderWish, now: Date): WorldOrder {
  const { firstName, lastName, email, phone, dollars, financial, fulfillment, isCancelled } = wish
  const names = given({ firstName, lastName, phone, name: firstName === undefined ? undefined : null })
  return {
    ...order,
    ...given({ financial, fulfillment, email }),
    updatedAt: new Date(Math.floor(now.getTime() / 1000) * 1000),
    cancelledAt: isCancelled ? now : order.cancelledAt,
    total: { ...order.total, ...given({ amount: dollars?.toFixed(2) }) },
    customer: order.customer && { ...order.customer, ...names, ...given({ email }) },
    billing: order.billing && { ...order.billing, ...names },
  }
}

/** Only the fields that were wished for. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function newOrder(
  { world, seed }: SimulatorSettings,
  orders: ReadonlyMap<string, WorldOrder>,
  now: Date,
  wish: OrderWish = {},
): WorldOrder {
  const last = [...orders.keys()].reduce((highest, id) => (BigInt(id) > highest ? BigInt(id) : highest), 0n)
  const number =
    [...orders.values()].reduce((highest, order) => Math.max(highest, Number(order.number.slice(1))), 1000) + 1
  const { firstName, lastName, email, phone } = { ...world.demoCaller, ...wish }
  const who = { firstName, lastName, name: null, email, phone }
  const address = addressOf(randomOf(seedOf(seed, `order ${number}`)), who)
  const placedAt = new Date(Math.floor(now.getTime() / 1000) * 1000)
  const order: WorldOrder = {
    ...{ id: String(last + 37n), number: `#${number}`, placedAt, updatedAt: placedAt, cancelledAt: null },
    ...{ financial: 'PAID', fulfillment: 'UNFULFILLED', total: { amount: '390.00', currency: 'AUD' } },
    lines: [{ title: 'Cathedral veil', quantity: 1, price: '390.00' }],
    ...{ email, phone: null, customer: { ...who, id: `9${number}` }, billing: address, shipping: address },
  }
  return changed(order, wish, now)
}
