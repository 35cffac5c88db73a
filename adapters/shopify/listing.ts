import { day, hour, messageOf, second, z, type Page } from '@switchboard/core'
import { collections } from './collections.ts'
import { beginning, collectionNames, cursorOf, type CollectionName, type Place } from './cursor.ts'
import { afford, ask, ShopRefusal, type Shop } from './graphql.ts'
import { grantedScopes } from './scopes.ts'

/** How often the ids of a shop are listed. */
export interface ListedShop extends Shop {
  /** Hours between two listings; null: never. */
  listEveryHours: number | null
}

/**
 * Lists the ids of everything the shop has, when that is due, so that rows whose deletion no webhook told are missed. The first read
 * has just seen everything: the first listing comes a while after it. Each page is one question and goes on by the cursor.
 * @throws VendorError, retryable when the next question costs more than there is
 */
export async function* listedRows(shop: ListedShop, from: Place): AsyncGenerator<Page> {
  const { listing } = from
  const now = shop.kit.now()
  if (shop.listEveryHours === null) return
  if (listing.doneAt === null && listing.from === null) return void (yield emptyAt(done(from, now)))
  const restMs = shop.listEveryHours * hour
  if (listing.from === null && now.getTime() - Date.parse(listing.doneAt ?? beginning) < restMs) return
  try {
    yield* spans(shop, listing.from === null ? await begun(shop, from) : from)
  } catch (error) {
    refused(shop, error)
    yield emptyAt(done(from, now))
  }
}

/** A shop that refuses to list says so in the log; anything else is thrown on. */
function refused({ kit }: Shop, error: unknown): void {
  if (!(error instanceof ShopRefusal) || error.retryable) throw error
  const facts = { reason: messageOf(error) }
  kit.log.warn(facts, 'the shop does not list all it has: deleted rows are told by webhooks alone')
}

function done(place: Place, at: Date): Place {
  return { ...place, listing: { doneAt: at.toISOString(), from: null, until: null } }
}

function emptyAt(place: Place): Page {
  return { records: [], unreadable: [], cursor: cursorOf(place) }
}

/** Orders older than 60 days are shown to few apps: for the others, the listing begins where they can surely see. */
async function begun(shop: ListedShop, place: Place): Promise<Place> {
  const until = shop.kit.now()
  const scopes = await grantedScopes(shop)
  const from = scopes.has('read_all_orders') ? beginning : new Date(until.getTime() - 59 * day).toISOString()
  return { ...place, listing: { ...place.listing, from, until: until.toISOString() } }
}

/** Span after span of the time in which rows were made, each as long as one answer reaches. */
async function* spans(shop: ListedShop, from: Place): AsyncGenerator<Page> {
  const until = from.listing.until ?? shop.kit.now().toISOString()
  for (let start = from.listing.from ?? beginning; start < until;) {
    const { data, cost } = await ask(shop, { query, variables: variablesOf(start) }, listed)
    const { end, externalIds, isWhole } = spanOf(data, start, until)
    const next = { ...from, listing: { ...from.listing, from: end } }
    const page = emptyAt(end < until ? next : done(from, new Date(until)))
    yield isWhole ? { ...page, whole: { from: new Date(start), to: new Date(end), externalIds } } : page
    if (cost && end < until) afford({ ...cost, at: shop.kit.now() }, cost.requested, shop.kit.now())
    start = end
  }
}

const parts = collectionNames.map(
  name =>
    `${name}(first: 250, sortKey: CREATED_AT, query: $${name}) { nodes { id createdAt } pageInfo { hasNextPage } }`,
)
const query = `query Listing($orders: String, $customers: String) { ${parts.join('\n')} }`

function variablesOf(start: string): object {
  return Object.fromEntries(collectionNames.map(name => [name, `${collections[name].madeTerm}:>='${start}'`]))
}

const some = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      createdAt: z.iso.datetime({ offset: true }).transform(at => new Date(at).toISOString()),
    }),
  ),
  pageInfo: z.object({ hasNextPage: z.boolean() }),
})

const listed = z.object({ orders: some, customers: some })

/** The span that an answer wholly covers. Rows of one second that do not fit an answer are passed over. */
function spanOf(
  data: z.output<typeof listed>,
  start: string,
  until: string,
): { end: string; externalIds: string[]; isWhole: boolean } {
  const ends = collectionNames.map(name => endOf(data[name], until))
  const end = ends.toSorted()[0] ?? until
  if (end <= start) {
    const past = new Date(Date.parse(start) + second).toISOString()
    return { end: past < until ? past : until, externalIds: [], isWhole: false }
  }
  const rows = collectionNames.flatMap((name: CollectionName) => data[name].nodes)
  return { end, externalIds: rows.filter(({ createdAt }) => createdAt < end).map(({ id }) => id), isWhole: true }
}

function endOf({ nodes, pageInfo }: z.output<typeof some>, until: string): string {
  const last = nodes.at(-1)?.createdAt
  return pageInfo.hasNextPage && last !== undefined && last < until ? last : until
}
