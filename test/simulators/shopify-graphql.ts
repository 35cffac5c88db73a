import { isAboutRows, pagesFor } from './shopify-pages.ts'
import { fieldsOf, textOf, type Question } from './shopify-question.ts'
import { denials, rowOf, shownNode, type ShopState } from './shopify-state.ts'
import { firstTopics, type Subscription } from './shopify-webhooks.ts'

/** Answers a question: rows, one row, bulk operations, webhook subscriptions, what the app may do, or the shop's name. `host`: where it was asked. */
export function answer(state: ShopState, question: Question, host: string): object {
  const has = (name: string): boolean => fieldsOf(question, name).length > 0
  if (has('bulkOperationRunQuery')) return state.bulk.run(state, question)
  if (has('webhookSubscriptionCreate')) return created(state, question)
  if (has('webhookSubscriptionDelete')) return deleted(state, question)
  if (has('webhookSubscriptions')) return subscriptions(state, question)
  if (has('currentAppInstallation')) return installation(state)
  const id = idIn(question)
  if (id !== undefined) return node(state, id, host)
  if (isAboutRows(question)) return pagesFor(state, question)
  if (has('shop')) return { data: { shop: { name: 'Lumen & Lace' } } }
  return { errors: [{ message: 'Field is not known to this simulator', extensions: { code: 'undefinedField' } }] }
}

function installation({ scopes }: ShopState): object {
  return { data: { currentAppInstallation: { accessScopes: [...scopes].map(handle => ({ handle })) } } }
}

/** The id that `node(id:)` asks for; the nodes of lists have none. */
function idIn(question: Question): string | undefined {
  return fieldsOf(question, 'node')
    .map(args => textOf(args['id']))
    .find(id => id !== undefined)
}

function node(state: ShopState, id: string, host: string): object {
  if (id.startsWith('gid://shopify/BulkOperation/')) return { data: { node: state.bulk.look(id, host) } }
  const row = rowOf(state, id)
  if (!row) return { data: { node: null } }
  const errors = state.isPiiHidden ? denials(row, ['node']) : []
  return { ...(errors.length > 0 && { errors }), data: { node: shownNode(row, state) } }
}

/** `ORDERS_CREATE` is `orders/create`: only the first underscore is a slash. */
function topicOf(name: string): string {
  return name.toLowerCase().replace('_', '/')
}

function nodeOf({ id, topic, uri, name }: Subscription): object {
  return { id, topic: topic.replace('/', '_').toUpperCase(), uri, callbackUrl: uri, format: 'JSON', name }
}

function subscriptions({ webhooks }: ShopState, question: Question): object {
  const { first, after } = fieldsOf(question, 'webhookSubscriptions')[0] ?? {}
  const all = webhooks.subscriptions()
  const start = all.findIndex(({ id }) => id === after) + 1
  const shown = all.slice(start, start + (typeof first === 'number' ? first : 50))
  const edges = shown.map(one => ({ cursor: one.id, node: nodeOf(one) }))
  const pageInfo = { hasNextPage: start + shown.length < all.length, endCursor: shown.at(-1)?.id ?? null }
  return { data: { webhookSubscriptions: { edges, nodes: edges.map(edge => edge.node), pageInfo } } }
}

function created({ webhooks, refusedTopics }: ShopState, { variables = {} }: Question): object {
  const topic = topicOf(textOf(variables['topic']) ?? '')
  const { uri, name = null } = (variables['webhook'] ?? {}) as { uri?: string; name?: string | null }
  const refuse = (message: string): object => ({
    data: {
      webhookSubscriptionCreate: {
        webhookSubscription: null,
        userErrors: [{ field: ['webhookSubscription', 'uri'], message }],
      },
    },
  })
  if (!firstTopics.includes(topic)) return refuse('Topic is not included in the list')
  if (refusedTopics.has(topic)) return refuse('This app is not allowed to subscribe to this topic')
  if (!uri || !URL.canParse(uri)) return refuse('Address is invalid')
  const made = webhooks.create({ topic, uri, name })
  if (!made) return refuse('Address for this topic has already been taken')
  return { data: { webhookSubscriptionCreate: { webhookSubscription: nodeOf(made), userErrors: [] } } }
}

function deleted({ webhooks }: ShopState, question: Question): object {
  const id = textOf(fieldsOf(question, 'webhookSubscriptionDelete')[0]?.['id']) ?? ''
  const isGone = webhooks.remove(id)
  const userErrors = isGone ? [] : [{ field: ['id'], message: 'Webhook subscription does not exist' }]
  return { data: { webhookSubscriptionDelete: { deletedWebhookSubscriptionId: isGone ? id : null, userErrors } } }
}
