import { jsonOf, type SimulatorReply, type SimulatorRequest, type SimulatorRoute } from './server.ts'
import type { BulkWish } from './shopify-state.ts'
import type { CustomerWish, OrderWish } from './shopify-changes.ts'
import type { ShopControls } from './shopify-controls.ts'

/** The routes under `/simulator/` that drive a shop from outside. */
export function controlRoutes(shop: ShopControls): SimulatorRoute[] {
  const route = (method: string, path: string, handle: SimulatorRoute['handle']): SimulatorRoute => ({
    ...{ method, path: `/simulator/${path}`, handle },
  })
  return [
    route('POST', 'orders', request => orders(shop, request)),
    route('POST', 'customers', request => customers(shop, request)),
    route('POST', 'privacy', async request => {
      const { topic = 'customers/redact', customerId, onlyEmail } = bodyOf<PrivacyBody>(request)
      return { body: await shop.askPrivacy(topic, customerId, { onlyEmail: onlyEmail === true }) }
    }),
    route('POST', 'many', async request => ({
      body: await shop.many(bodyOf<{ count?: number }>(request).count ?? 100),
    })),
    route('PUT', 'pii', request => {
      shop.hidePii(bodyOf<{ hidden?: boolean }>(request).hidden === true)
      return {}
    }),
    route('PUT', 'scopes', request => {
      shop.allow(bodyOf<{ scopes?: string[] }>(request).scopes ?? [])
      return {}
    }),
    route('PUT', 'bulk', request => {
      shop.setBulk(bodyOf<BulkWish>(request))
      return {}
    }),
    route('DELETE', 'tokens', () => {
      shop.revokeTokens()
      return {}
    }),
    route('POST', 'subscription', () => {
      shop.subscribe()
      return { body: { isSubscribed: shop.isSubscribed() } }
    }),
  ]
}

type PrivacyBody = { topic?: Parameters<ShopControls['askPrivacy']>[0]; customerId?: string; onlyEmail?: boolean }

function bodyOf<T extends object>(request: SimulatorRequest): T {
  return (jsonOf(request) ?? {}) as T
}

/** Without an `id` somebody orders; with one that order changes, or with `deleted` too it goes. */
async function orders(shop: ShopControls, request: SimulatorRequest): Promise<SimulatorReply> {
  const { id, deleted, ...wish } = bodyOf<OrderWish & { id?: string; deleted?: boolean }>(request)
  const { order, delivered } = id === undefined ? shop.place(wish) : deleted ? shop.remove(id) : shop.change(id, wish)
  return { body: { id: order.id, number: order.number, delivered: await delivered } }
}

/** The same for customers. */
async function customers(shop: ShopControls, request: SimulatorRequest): Promise<SimulatorReply> {
  const { id, deleted, ...wish } = bodyOf<CustomerWish & { id?: string; deleted?: boolean }>(request)
  const change = deleted && id !== undefined ? shop.removeCustomer(id) : undefined
  const { customer, delivered } = change ?? (id === undefined ? shop.join(wish) : shop.changeCustomer(id, wish))
  return { body: { id: customer.id, delivered: await delivered } }
}
