import { known } from './shopify-acts.ts'
import type { ShopChanges, ShopControls } from './shopify-controls.ts'
import { customerGid } from './shopify-customers.ts'
import type { ShopState } from './shopify-state.ts'
import type { ShopTokens } from './shopify-tokens.ts'
import type { SimulatorSettings } from './simulator.ts'
import { orderGid } from './world.ts'

type Setup = Omit<ShopControls, keyof ShopChanges | 'many' | 'hideRetryAfter'>

/** How a shop is set up, and made to misbehave. */
export function setupOf({ world, publicUrl, adapter }: SimulatorSettings, state: ShopState, tokens: ShopTokens): Setup {
  const { orders, customers, webhooks, bulk } = state
  return {
    rows: () => [
      ...[...orders.values()].map(({ id, updatedAt }) => ({ externalId: orderGid(id), updatedAt })),
      ...[...customers.values()].map(({ id, updatedAt }) => ({ externalId: customerGid(id), updatedAt })),
    ],
    spoil: id => void state.spoiled.add(id.startsWith('gid:') ? id : orderGid(id)),
    hidePii: isHidden => void (state.isPiiHidden = isHidden),
    allow: scopes => void (state.scopes = new Set(scopes)),
    expireCursors: () => void (state.generation += 1),
    drain: () => state.bucket.drain(),
    limitCost: points => void (state.mostCost = points),
    serveVersion: version => void (state.servedVersion = version),
    setBulk: bulk.set,
    expireFiles: bulk.expire,
    bulkCount: () => bulk.begun.size,
    revokeTokens: tokens.revoke,
    grantedTokens: tokens.granted,
    send: webhooks.send,
    askPrivacy: (topic, id, { onlyEmail } = { onlyEmail: false }) =>
      webhooks.send(topic, {
        shop_id: 954_889,
        shop_domain: world.shop.domain,
        ...privacyBody(state, topic, { id, onlyEmail }),
      }),
    isSubscribed: webhooks.isSubscribed,
    subscriptions: webhooks.subscriptions,
    subscribe: webhooks.subscribe,
    subscribeTwice: (topic, name, uri = `${publicUrl}/webhooks/${adapter}/webhooks`) =>
      void webhooks.create({ topic, uri, name }),
    refuseTopics: topics => void (state.refusedTopics = new Set(topics)),
    loseNextAnswer: field => void state.lost.add(field),
    unsubscribe(topic) {
      for (const one of webhooks.subscriptions()) if (one.topic === topic) webhooks.remove(one.id)
    },
  }
}

/** What a request about one customer says of them. */
function privacyBody(
  { orders, customers }: ShopState,
  topic: string,
  { id, onlyEmail }: { id: string | undefined; onlyEmail: boolean },
): object {
  if (topic === 'shop/redact') return {}
  const { email, phone } = known(customers, id ?? '', 'customer')
  const theirs = [...orders.values()].filter(({ customer }) => customer?.id === id).map(order => `#${order.id}`)
  const customer = onlyEmail ? { email } : { id: `#${id}`, email, phone }
  if (topic === 'customers/redact') return { customer, orders_to_redact: onlyEmail ? [] : theirs }
  return { customer, orders_requested: theirs, data_request: { id: 9999 } }
}
