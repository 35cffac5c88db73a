import { VendorError, minute, z, type Page } from '@switchboard/core'
import { collections, readNode, together, type Read } from './collections.ts'
import { beginning, cursorOf, positionAt, type CollectionName, type Place, type Position } from './cursor.ts'
import { afford, ask, ShopRefusal, type Answer, type Cost, type Shop } from './graphql.ts'

/** How a shop is read page by page. */
export interface ScannedShop extends Shop {
  /** Rows of each collection asked for at a time. */
  pageSize: number
  overlapMinutes: number
}

/**
 * Orders and customers that changed since a place, merged, oldest change first. Every page is one question and takes the place with
 * it, the shop's own cursor included, so that a read which has to wait for the shop's cost limit goes on where it was. A cursor that
 * the shop no longer takes is left for the last change seen.
 * @returns the place at the end
 * @throws VendorError; retryable when the next question costs more than there is, with the time until there is enough
 */
export async function* changedRows(shop: ScannedShop, from: Place): AsyncGenerator<Page, Place> {
  const scan: Scan = {
    shop,
    startedAt: shop.kit.now().toISOString(),
    size: shop.pageSize,
    cost: null,
    streams: [streamOf('orders', from), streamOf('customers', from)],
  }
  let told = cursorOf(from)
  for (;;) {
    await refill(scan)
    const rows = merged(scan)
    const place = placeIn(scan, from)
    const cursor = cursorOf(place)
    if (rows.length > 0 || (isOver(scan) && cursor !== told)) yield { ...together(rows, shop), cursor }
    told = cursor
    if (isOver(scan)) return place
  }
}

/** One read of a shop. */
interface Scan {
  shop: ScannedShop
  startedAt: string
  /** Rows asked for at a time: fewer than wished for where the shop finds a question too dear. */
  size: number
  /** What the last question cost, how many collections it was about, and when it was answered. */
  cost: (Cost & { about: number; at: Date }) | null
  streams: Stream[]
}

/** One collection while it is read. */
interface Stream {
  name: CollectionName
  position: Position
  /** Rows that came and were not given yet. */
  rows: Row[]
  /** Whether the shop has no more of them. */
  isDone: boolean
  /** Whether the app may not read it: its position stays. */
  isDenied: boolean
  /** The last change seen when the shop's cursor was given up: reading must get on between two of those. */
  restartedAt: string | null
}

interface Row extends Read {
  /** The shop's cursor of the place behind it. */
  after: string | null
  /** When it last changed, ISO; null when that cannot be read. */
  at: string | null
}

function streamOf(name: CollectionName, from: Place): Stream {
  return { name, position: from[name], rows: [], isDone: false, isDenied: false, restartedAt: null }
}

function isOver({ streams }: Scan): boolean {
  return streams.every(({ rows, isDone }) => rows.length === 0 && isDone)
}

/** Asks for more of the collections that have run dry, all in one question. */
async function refill(scan: Scan): Promise<void> {
  for (let isAsked = false; !isAsked;) {
    const dry = scan.streams.filter(({ rows, isDone }) => rows.length === 0 && !isDone)
    if (dry.length === 0) return
    for (const stream of dry) stream.position = rebased(stream.position, scan.shop.overlapMinutes)
    affordable(scan)
    isAsked = await askFor(scan, dry)
  }
}

/** The shop gives no more than 25,000 rows to one question. */
const mostRows = 20_000

/** A new question for a collection that has given many rows, from the last change seen; as long as that gets on. */
export function rebased(position: Position, overlapMinutes: number): Position {
  const { since, last, rows } = position
  if (rows < mostRows || !last) return position
  const progress = Date.parse(last) - Date.parse(since ?? beginning)
  return progress > overlapMinutes * minute ? positionAt(last) : position
}

/** A read that stops here begins again with one question about every collection that is left: there must be enough for that. */
function affordable({ shop, cost, streams }: Scan): void {
  if (!cost) return
  const left = streams.filter(({ isDone }) => !isDone).length
  afford(cost, (cost.requested / cost.about) * left, shop.kit.now())
}

/** @returns whether rows came; if not, the question was changed and is to be asked again */
async function askFor(scan: Scan, streams: Stream[]): Promise<boolean> {
  const { shop } = scan
  try {
    const names = streams.map(({ name }) => name)
    const answer = await ask(shop, { query: queryOf(names), variables: variablesOf(scan, streams) }, shapeOf(names))
    scan.cost = answer.cost && { ...answer.cost, about: streams.length, at: shop.kit.now() }
    for (const stream of streams) take(stream, answer)
    return true
  } catch (error) {
    if (error instanceof ShopRefusal && isMended(scan, streams, error)) return false
    throw error
  }
}

const page = z
  .object({
    edges: z.array(z.object({ cursor: z.string().nullish(), node: z.unknown().optional() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  })
  .nullish()

type Pages = { [Name in CollectionName]?: z.output<typeof page> }

/** At least one of the collections must have come: without any, the errors are about all of it. */
function shapeOf(names: readonly CollectionName[]): z.ZodType<Pages> {
  return z
    .object(Object.fromEntries(names.map(name => [name, page])))
    .refine(pages => names.some(name => pages[name]), 'has none of what was asked for')
}

function queryOf(names: readonly CollectionName[]): string {
  const variables = names.map(name => `$${name}After: String, $${name}Query: String`)
  const parts = names.map(
    name => `${name}(first: $first, after: $${name}After, sortKey: UPDATED_AT, query: $${name}Query) {
    edges { cursor node { ${collections[name].fields} } } pageInfo { hasNextPage endCursor } }`,
  )
  return `query Changes($first: Int!, ${variables.join(', ')}) { ${parts.join('\n')} }`
}

function variablesOf({ shop, size }: Scan, streams: Stream[]): object {
  const own = streams.map(({ name, position: { since, after } }) => ({
    [`${name}After`]: after,
    [`${name}Query`]: since === null || since === beginning ? null : `updated_at:>='${lessOverlap(since, shop)}'`,
  }))
  return Object.assign({ first: size }, ...own)
}

function lessOverlap(since: string, { overlapMinutes }: ScannedShop): string {
  return new Date(Date.parse(since) - overlapMinutes * minute).toISOString()
}

function take(stream: Stream, { data, errors }: Answer<Pages>): void {
  const { name, position } = stream
  const own = errors.filter(({ path }) => path?.[0] === name)
  const came = data[name]
  if (!came) {
    if (!own.some(({ code }) => code === 'ACCESS_DENIED')) throw new ShopRefusal(own.length > 0 ? own : errors, null)
    return close(stream)
  }
  const { hasNextPage, endCursor } = came.pageInfo
  if (hasNextPage && (!endCursor || endCursor === position.after))
    throw new VendorError(`the shop says there are more ${name}, but its cursor does not move on`)
  stream.isDone = !hasNextPage
  stream.rows = came.edges.map(({ cursor, node }, index) => ({
    ...readNode(
      collections[name],
      node,
      own.filter(({ path }) => path?.includes(index)),
    ),
    after: cursor ?? (index === came.edges.length - 1 ? (endCursor ?? null) : null),
    at: changedAt(node),
  }))
  if (hasNextPage && stream.rows.length === 0) stream.position = { ...position, after: endCursor ?? null }
}

function close(stream: Stream): void {
  stream.isDone = true
  stream.isDenied = true
}

/** Whether a refusal can be helped: by leaving out what is denied, by a new cursor, or by asking for fewer rows. */
function isMended(scan: Scan, streams: Stream[], refusal: ShopRefusal): boolean {
  return isAllowed(scan, streams, refusal) || isRestarted(streams, refusal) || isSmaller(scan, refusal)
}

function isAllowed({ shop }: Scan, streams: Stream[], { errors }: ShopRefusal): boolean {
  const denied = streams.filter(({ name }) =>
    errors.some(({ code, path }) => code === 'ACCESS_DENIED' && path?.[0] === name && path.length === 1),
  )
  if (denied.length === 0 || denied.length === streams.length) return false
  for (const stream of denied) close(stream)
  shop.kit.log.warn(
    { denied: denied.map(({ name }) => name) },
    'the app may not read all that it is to read from the shop',
  )
  return true
}

/** Once, and again only when changes were read since: a shop that never takes its cursors is an error, not a loop. */
function isRestarted(streams: Stream[], refusal: ShopRefusal): boolean {
  const stuck = streams.filter(
    ({ position, restartedAt }) => position.after && (position.last ?? beginning) !== restartedAt,
  )
  if (stuck.length === 0 || !/invalid cursor/i.test(refusal.message)) return false
  for (const stream of stuck) {
    const last = stream.position.last ?? beginning
    stream.restartedAt = last
    stream.position = positionAt(last)
  }
  return true
}

/** One question may cost 1,000 points at most, whatever the bucket holds. */
function isSmaller(scan: Scan, { vendorCode }: ShopRefusal): boolean {
  if (vendorCode !== 'MAX_COST_EXCEEDED' || scan.size === 1) return false
  scan.size = Math.ceil(scan.size / 2)
  return true
}

/** Takes rows, the oldest change first, until one of the collections has none left and may have more. */
function merged(scan: Scan): Row[] {
  const rows: Row[] = []
  for (;;) {
    if (scan.streams.some(stream => stream.rows.length === 0 && !stream.isDone)) return rows
    const [next] = scan.streams
      .filter(stream => stream.rows.length > 0)
      .toSorted((one, other) => headAt(one) - headAt(other))
    const row = next?.rows.shift()
    if (!next || !row) return rows
    next.position = behind(next.position, row, scan.startedAt)
    rows.push(row)
  }
}

/** A row whose time cannot be read goes with the one before it. */
function headAt({ rows, position }: Stream): number {
  return Date.parse(rows[0]?.at ?? position.last ?? beginning)
}

/** A change from the future, by a clock that is ahead of ours, does not move the cursor there: others may be told with an earlier time. */
function behind(position: Position, { after, at }: Row, startedAt: string): Position {
  const seen = [position.last, at === null || at < startedAt ? at : startedAt].filter(one => one !== null)
  return { ...position, after: after ?? position.after, last: seen.toSorted().at(-1) ?? null, rows: position.rows + 1 }
}

function placeIn({ streams }: Scan, from: Place): Place {
  return streams.reduce((place, stream) => ({ ...place, [stream.name]: positionOf(stream) }), from)
}

/** Once all was read, the next read begins with the last change seen. */
function positionOf({ position, rows, isDone, isDenied }: Stream): Position {
  if (isDenied || !isDone || rows.length > 0) return position
  return positionAt(position.last ?? position.since ?? beginning)
}

function changedAt(node: unknown): string | null {
  const text = z.object({ updatedAt: z.string() }).safeParse(node).data?.updatedAt ?? ''
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
