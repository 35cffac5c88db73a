import { faultsOf, type Faults } from './faults.ts'
import { jsonOf, serve, type SimulatorReply, type SimulatorRoute } from './server.ts'
import { changesOf } from './shopify-acts.ts'
import { bucketOf } from './shopify-bucket.ts'
import { bulkOf } from './shopify-bulk.ts'
import { controlRoutes } from './shopify-control.ts'
import type { ShopControls } from './shopify-controls.ts'
import { shopCustomers } from './shopify-customers.ts'
import { answer } from './shopify-graphql.ts'
import { manyChanges } from './shopify-many.ts'
import { throttledReply } from './shopify-pages.ts'
import type { Question } from './shopify-question.ts'
import { setupOf } from './shopify-setup.ts'
import type { ShopState } from './shopify-state.ts'
import { tokensOf, type ShopApp, type ShopTokens } from './shopify-tokens.ts'
import { shopWebhooks } from './shopify-webhooks.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'

export type { CustomerWish, OrderWish } from './shopify-changes.ts'
export type { CustomerChange, ManyChanges, OrderChange, ShopChanges, ShopControls } from './shopify-controls.ts'
export { customerGid, shopCustomers, type ShopCustomer } from './shopify-customers.ts'

/** A Shopify shop: orders and customers of the Admin GraphQL API with its cost bucket, bulk operations, tokens, and signed webhooks. */
export const shopifySimulator: Simulator<RunningShopify> = {
  name: 'shopify',
  options: { shop: 'lumen-and-lace.myshopify.example', token: 'shpat_simulated', webhookSecrets: ['shpss_simulated'] },
  start: startShop,
}

/** What gets tokens that expire, instead of `token`. */
export const simulatedApp = {
  clientId: 'simulated-app',
  clientSecret: 'shpss_simulated_client',
  refreshToken: 'shprt_simulated',
} as const

/** A simulated shop that runs. */
export interface RunningShopify extends Running, ShopControls {}

async function startShop(settings: SimulatorSettings): Promise<RunningShopify> {
  const faults = faultsOf(settings.seed, settings.faults)
  const now = (): Date => new Date(settings.now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0))
  const webhooks = shopWebhooks({ ...settings, now }, faults, webhookSecret)
  const state = stateOf(settings, faults, webhooks)
  const tokens = tokensOf(app, settings.now)
  let isRetryAfterHidden = false
  const controls: ShopControls = {
    ...changesOf(settings, state, now),
    ...setupOf(settings, state, tokens),
    hideRetryAfter: () => void (isRetryAfterHidden = true),
    many: count => manyChanges(controls, settings.world, count, settings.seed),
  }
  const tooMany = (): SimulatorReply =>
    throttledReply(state, isRetryAfterHidden ? null : faults.get().retryAfterSeconds)
  const routes = [...vendorRoutes({ state, tokens, now, faults }), ...controlRoutes(controls)]
  const server = await serve({ routes, faults, tooMany, port: settings.port })
  return {
    ...controls,
    ...{ faults, url: server.url, options: { url: server.url } },
    close: async () => void (await Promise.all([webhooks.close(), server.close()])),
  }
}

const app: ShopApp = { token: String(shopifySimulator.options['token']), ...simulatedApp }
const [webhookSecret = ''] = shopifySimulator.options['webhookSecrets'] as string[]

function stateOf({ world, seed, now }: SimulatorSettings, faults: Faults, webhooks: ShopState['webhooks']): ShopState {
  return {
    orders: new Map(world.orders.map(order => [order.id, order])),
    customers: new Map(shopCustomers(world).rows.map(customer => [customer.id, customer])),
    spoiled: new Set(),
    isPiiHidden: false,
    scopes: new Set(['read_orders', 'read_all_orders', 'read_customers']),
    servedVersion: null,
    generation: 1,
    isShifted: () => faults.strikes('shiftedPage'),
    mostCost: 1000,
    refusedTopics: new Set(),
    lost: new Set(),
    bucket: bucketOf(now),
    bulk: bulkOf(seed, now),
    webhooks,
    now,
  }
}

interface VendorSide {
  state: ShopState
  tokens: ShopTokens
  now(): Date
  faults: Faults
}

function vendorRoutes({ state, tokens, now, faults }: VendorSide): SimulatorRoute[] {
  const graphql: SimulatorRoute['handle'] = request => {
    const version = state.servedVersion ?? request.params['version'] ?? ''
    const headers = { date: now().toUTCString(), 'x-shopify-api-version': version }
    const isExpired = faults.strikes('tokenExpired')
    if (isExpired || !tokens.isGood(request.headers['x-shopify-access-token'])) {
      const errors = '[API] Invalid API key or access token (unrecognized login or wrong password)'
      return { status: 401, headers, body: { errors } }
    }
    const question = jsonOf(request) as Question
    const body = answer(state, question, request.headers['host'] ?? '')
    const lost = [...state.lost].find(field => question.query.includes(field))
    return state.lost.delete(lost ?? '') ? { status: 502, headers, body: 'bad gateway' } : { headers, body }
  }
  return [
    { method: 'POST', path: '/admin/api/:version/graphql.json', handle: graphql },
    { method: 'POST', path: '/admin/oauth/access_token', handle: request => tokens.grant(request) },
    { method: 'GET', path: '/bulk/:file', handle: request => state.bulk.file(request) },
  ]
}
