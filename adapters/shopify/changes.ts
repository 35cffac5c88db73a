import { VendorError, z, type Page, type Record } from '@switchboard/core'
import { bulkRows } from './bulk.ts'
import { collectionNames, placeOf, type CollectionName, type Place } from './cursor.ts'
import { collections, readNode, rowQuery, together } from './collections.ts'
import { ask, ShopRefusal } from './graphql.ts'
import { listedRows, type ListedShop } from './listing.ts'
import { changedRows, type ScannedShop } from './scan.ts'

/** A shop as a source. */
export interface SourceShop extends ScannedShop, ListedShop {
  /** Whether what was never read is read by bulk operations. */
  bulk: boolean
}

/**
 * Orders and customers that changed since the cursor: what was never read by bulk operations, the rest page by page, and now and then
 * the ids of all.
 */
export async function* shopChanges(shop: SourceShop, cursor: string | null): AsyncIterable<Page> {
  let place: Place = shop.bulk ? placeOf(cursor) : { ...placeOf(cursor), bulk: null }
  for (const name of collectionNames) if (shop.bulk && isUnread(place, name)) place = yield* bulkRows(shop, name, place)
  yield* listedRows(shop, yield* changedRows(shop, place))
}

function isUnread(place: Place, name: CollectionName): boolean {
  const { since, after } = place[name]
  return place.bulk?.of === name || (since === null && after === null)
}

const one = z.object({ node: z.looseObject({ __typename: z.string() }).nullable() })

/** One order or customer as the shop has it now; null when it has none. @throws VendorError */
export async function readRow(shop: SourceShop, externalId: string): Promise<Record | null> {
  const { data, errors } = await ask(shop, { query: rowQuery, variables: { id: externalId } }, one)
  if (!data.node && errors.length > 0) throw new ShopRefusal(errors, null)
  const collection = collectionNames.map(name => collections[name]).find(({ type }) => type === data.node?.__typename)
  if (!collection) return null
  const { records, unreadable } = together([readNode(collection, data.node, errors)], shop)
  if (unreadable[0]) throw new VendorError(`${externalId} cannot be read: ${unreadable[0].error}`)
  return records[0] ?? null
}
