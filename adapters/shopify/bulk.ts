import { VendorError, messageOf, minute, second, z, type Page } from '@switchboard/core'
import { download } from './bulk-file.ts'
import { collections, readNode, together, type Read } from './collections.ts'
import { beginning, cursorOf, positionAt, type CollectionName, type Place } from './cursor.ts'
import { ask, type Shop } from './graphql.ts'

/** How a shop is read in bulk. */
export interface BulkShop extends Shop {
  /** Rows given at a time. */
  pageSize: number
}

/**
 * Reads a collection for the first time by one bulk operation, whose file the shop writes at its own pace and in its own order. Each
 * look at it gives a page, if an empty one, with the operation's id in the cursor, so that a killed read goes on with the same
 * operation and at the same line. Where the shop does not do it, the collection is left to be read by pages.
 * @returns the place behind it
 * @throws VendorError, retryable while the operation runs
 */
export async function* bulkRows(shop: BulkShop, name: CollectionName, from: Place): AsyncGenerator<Page, Place> {
  let place = from
  if (place.bulk?.of !== name) {
    place = await begun(shop, name, place)
    yield pageAt(place)
    if (!place.bulk) return place
  }
  const operation = await lookAt(shop, place)
  if (operation?.isRunning) {
    yield pageAt(place)
    throw pending(shop, operation)
  }
  if (operation?.isComplete) place = yield* fileRows(shop, name, { place, operation })
  else place = cameToNothing(shop, { place, name, reason: operation?.status ?? 'the shop does not know it' })
  yield pageAt(place)
  return place
}

/** The place with the operation in it that was started; without one, the collection is read by pages. */
async function begun(shop: BulkShop, name: CollectionName, place: Place): Promise<Place> {
  const id = await started(shop, name)
  return id ? { ...place, bulk: { of: name, id, offset: 0 } } : byPages(place, name)
}

/** The collection is read by pages from its first row on. */
function byPages(place: Place, name: CollectionName): Place {
  return { ...place, [name]: positionAt(beginning), bulk: null }
}

function pageAt(place: Place): Page {
  return { records: [], unreadable: [], cursor: cursorOf(place) }
}

const run = `mutation Bulk($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id status } userErrors { field message } } }`

const ran = z.object({
  bulkOperationRunQuery: z.object({
    bulkOperation: z.object({ id: z.string() }).nullish(),
    userErrors: z.array(z.object({ message: z.string() })).nullish(),
  }),
})

/** @returns the operation's id; null when the shop does not begin one: another runs, or the app may not see all of a row */
async function started(shop: BulkShop, name: CollectionName): Promise<string | null> {
  const { fields } = collections[name]
  const decline = (reason: string): null => {
    shop.kit.log.warn({ collection: name, reason }, 'the shop begins no bulk operation; reading by pages')
    return null
  }
  try {
    const probe = { query: `{ ${name}(first: 1) { edges { node { ${fields} } } } }` }
    const { errors } = await ask(shop, probe, z.object({ [name]: z.object({ edges: z.array(z.unknown()) }) }))
    // A file does not say which of its nulls were denied.
    if (errors[0]) return decline(errors[0].message)
    const query = `{ ${name} { edges { node { ${fields} } } } }`
    const { data } = await ask(shop, { query: run, variables: { query }, idempotent: false }, ran)
    const { bulkOperation, userErrors } = data.bulkOperationRunQuery
    return bulkOperation?.id ?? decline(userErrors?.[0]?.message ?? 'it does not say why')
  } catch (error) {
    if (isToStop(error)) throw error
    return decline(messageOf(error))
  }
}

/** Whether the vendor asks us to wait, or does not know us: reading by pages would meet the same. */
function isToStop(error: unknown): boolean {
  return error instanceof VendorError && (error.retryAfterMs !== undefined || error.vendorStatus === 401)
}

/** A bulk operation as it is now. */
interface Operation {
  status: string
  isRunning: boolean
  isComplete: boolean
  createdAt: string
  /** Where its file is; null when there are no rows. */
  url: string | null
  fileSize: number | null
}

const look = `query Operation($id: ID!) { node(id: $id) { ... on BulkOperation {
  id status createdAt url fileSize } } }`

const running = new Set(['CREATED', 'RUNNING', 'CANCELING'])

const looked = z.object({
  node: z
    .object({
      status: z.string(),
      createdAt: z.iso.datetime({ offset: true }).transform(at => new Date(at).toISOString()),
      url: z.string().nullish(),
      fileSize: z.coerce.number().nullish(),
    })
    .transform(({ status, createdAt, url = null, fileSize = null }): Operation => ({
      ...{ status, createdAt, url, fileSize },
      isRunning: running.has(status),
      isComplete: status === 'COMPLETED',
    }))
    .nullable(),
})

async function lookAt(shop: BulkShop, { bulk }: Place): Promise<Operation | null> {
  const { data } = await ask(shop, { query: look, variables: { id: bulk?.id } }, looked)
  return data.node
}

/** Looked at again after a quarter of its age: from 2 seconds up to half a minute. */
function pending({ kit }: BulkShop, { createdAt }: Operation): VendorError {
  const ageMs = kit.now().getTime() - Date.parse(createdAt)
  const retryAfterMs = Math.min(minute / 2, Math.max(2 * second, Math.round(ageMs / 4)))
  return new VendorError('the shop is still writing the file of a bulk operation', { retryable: true, retryAfterMs })
}

/** The file's rows in pages, from the place's offset on. A file that cannot be had leaves the collection to be read by pages. */
async function* fileRows(
  shop: BulkShop,
  name: CollectionName,
  { place, operation }: { place: Place; operation: Operation },
): AsyncGenerator<Page, Place> {
  const { url, fileSize, createdAt } = operation
  const bulk = place.bulk
  const done: Place = { ...place, [name]: positionAt(createdAt), bulk: null }
  if (url === null || !bulk) return done
  try {
    for await (const lines of download({ kit: shop.kit, url, fileSize, offset: bulk.offset })) {
      for (let first = 0; first < lines.length; first += shop.pageSize) {
        const some = lines.slice(first, first + shop.pageSize)
        const offset = some.at(-1)?.end ?? bulk.offset
        const rows = some.map(({ text }) => readLine(name, text))
        yield { ...together(rows, shop), cursor: cursorOf({ ...place, bulk: { ...bulk, offset } }) }
      }
    }
    return done
  } catch (error) {
    if (!(error instanceof VendorError) || error.retryable) throw error
    return cameToNothing(shop, { place, name, reason: error.message })
  }
}

function cameToNothing(
  shop: BulkShop,
  { place, name, reason }: { place: Place; name: CollectionName; reason: string },
): Place {
  shop.kit.log.warn({ collection: name, reason }, 'the bulk operation came to nothing; reading by pages')
  return byPages(place, name)
}

function readLine(name: CollectionName, text: string): Read {
  if (text === '') return { records: [], unreadable: [] }
  try {
    return readNode(collections[name], JSON.parse(text))
  } catch {
    return { records: [], unreadable: [{ externalId: null, error: 'is not JSON', row: text }] }
  }
}
