import { VendorError, z, type Finding } from '@switchboard/core'
import { ask, askHeaders, type Shop } from './graphql.ts'
import { topics } from './news.ts'
import { grantedScopes } from './scopes.ts'

/** What a shop is to be like. */
export interface CheckedShop extends Shop {
  /** Where its webhooks are to go. */
  webhookUrl: string
  /** Whether the hub makes the subscriptions: those of the app's configuration file are not listed. */
  subscribe: boolean
  /** Whether orders older than 60 days are wanted. */
  allOrders: boolean
}

/** Whether the shop still sends us its webhooks, lets us read what we are to read, and serves our version. Lost subscriptions are made anew. */
export async function checkShop(shop: CheckedShop): Promise<Finding[]> {
  const { 'x-shopify-api-version': served } = await askHeaders(shop)
  const scopes = await grantedScopes(shop)
  return [
    ...versionFinding(shop.apiVersion, served),
    ...scopeFindings(shop, scopes),
    ...(shop.subscribe ? await mendWebhooks(shop) : []),
  ]
}

/** A version that is no longer served is answered by the oldest one that is. */
function versionFinding(ours: string, served: string | undefined): Finding[] {
  if (!served || served === ours) return []
  const message = `the shop no longer serves API version ${ours} and answers with ${served}: set apiVersion to a newer one`
  return [{ key: 'api-version', message, isMended: false }]
}

function scopeFindings({ allOrders }: CheckedShop, scopes: ReadonlySet<string>): Finding[] {
  const lost: { [scope: string]: string } = {
    read_orders: 'no orders can be read',
    read_customers: 'no customers can be read',
    ...(allOrders && { read_all_orders: 'only the orders of the last 60 days can be read (or set allOrders: false)' }),
  }
  return Object.entries(lost)
    .filter(([scope]) => !scopes.has(scope))
    .map(([scope, loss]) => ({
      key: `scope:${scope}`,
      message: `the app does not have the permission ${scope}: ${loss}. Add it to the app's access scopes and have the shop accept it`,
      isMended: false,
    }))
}

async function mendWebhooks(shop: CheckedShop): Promise<Finding[]> {
  const present = await subscribedTopics(shop)
  const mended: string[] = []
  const refused: string[] = []
  for (const topic of topics.filter(topic => !present.has(enumOf(topic)))) {
    const refusal = await subscribe(shop, topic)
    if (refusal === null) mended.push(topic)
    else refused.push(`${topic} (${refusal})`)
  }
  return [
    ...finding(
      'webhooks-made',
      mended,
      true,
      `the shop had no subscription for these webhooks, and has one again: ${mended.join(', ')}`,
    ),
    ...finding(
      'webhooks-lost',
      refused,
      false,
      `the shop has no subscription for these webhooks and refuses to make one: ${refused.join(', ')}`,
    ),
  ]
}

function finding(key: string, what: readonly string[], isMended: boolean, message: string): Finding[] {
  return what.length > 0 ? [{ key, message, isMended }] : []
}

const listQuery = `query Webhooks($after: String) { webhookSubscriptions(first: 100, after: $after) {
  nodes { topic uri } pageInfo { hasNextPage endCursor } } }`

const list = z.object({
  webhookSubscriptions: z.object({
    nodes: z.array(z.object({ topic: z.string(), uri: z.string().nullish() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  }),
})

type Listed = z.output<typeof list>['webhookSubscriptions']

/** The topics, as GraphQL spells them, that go to our address. */
async function subscribedTopics(shop: CheckedShop): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let after: string | null = null, isMore = true; isMore;) {
    const { nodes, pageInfo } = await subscriptionsAfter(shop, after)
    for (const { topic, uri } of nodes) if (uri === shop.webhookUrl) found.add(topic)
    isMore = pageInfo.hasNextPage
    after = pageInfo.endCursor ?? null
  }
  return found
}

async function subscriptionsAfter(shop: CheckedShop, after: string | null): Promise<Listed> {
  const { data } = await ask(shop, { query: listQuery, variables: { after } }, list)
  const { hasNextPage, endCursor } = data.webhookSubscriptions.pageInfo
  if (hasNextPage && (!endCursor || endCursor === after))
    throw new VendorError('the shop says there are more webhooks, but its cursor does not move on')
  return data.webhookSubscriptions
}

const create = `mutation Subscribe($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    webhookSubscription { id } userErrors { field message } } }`

const created = z.object({
  webhookSubscriptionCreate: z.object({ userErrors: z.array(z.object({ message: z.string() })).nullish() }),
})

/** @returns why not; null when it was made, or is there already, as after an answer that was lost */
async function subscribe(shop: CheckedShop, topic: string): Promise<string | null> {
  const variables = { topic: enumOf(topic), webhook: { uri: shop.webhookUrl, format: 'JSON' } }
  try {
    const { data } = await ask(shop, { query: create, variables }, created)
    const refusal = data.webhookSubscriptionCreate.userErrors?.[0]?.message ?? null
    return refusal && /already been taken/i.test(refusal) ? null : refusal
  } catch (error) {
    if (error instanceof VendorError && !error.retryable) return error.message
    throw error
  }
}

/** `orders/create` is `ORDERS_CREATE` in GraphQL. */
function enumOf(topic: string): string {
  return topic.replace('/', '_').toUpperCase()
}
