import type { SimulatorReply } from './server.ts'

/** A list that is given in pages, by what each row is ordered by. */
export interface Paged<Row> {
  rows: readonly Row[]
  /** The time a row is ordered by, and its id. */
  keyOf(row: Row): { at: number; id: string }
  write(row: Row): object
}

/** How a list is asked for. The link to a further page carries it all. */
export interface Asked {
  path: string
  limit: number
  isDescending: boolean
  after: number | null
  before: number | null
  /** More filters, as they came. */
  types: string[]
  place: { at: number; id: string } | null
  /** How many pages came before. */
  page: number
}

/** What the answers of a list depend on besides the question. */
export interface PageWorld {
  /** Where links to further pages lead. */
  linkBase: string
  /** Whether this page begins again with the last rows of the one before. */
  isShifted(): boolean
  /** Whether links lead to the page they are on. */
  isStuck: boolean
}

/** Reads a question, also one that a link carries. @throws RangeError */
export function askedBy(
  path: string,
  query: URLSearchParams,
  names: { after: string; before: string; limit: number },
): Asked {
  const token = query.get('page_token')
  if (token !== null) return JSON.parse(Buffer.from(token, 'base64url').toString()) as Asked
  const number = (name: string): number | null => (query.has(name) ? Number(query.get(name)) * 1000 : null)
  const limit = Number(query.get('limit') ?? Math.min(50, names.limit))
  if (!(limit >= 1 && limit <= names.limit)) throw new RangeError(`limit must be from 1 to ${names.limit}`)
  return {
    ...{ path, limit, isDescending: query.get('sort_order') !== 'asc', types: query.getAll('q[types]') },
    ...{ after: number(names.after), before: number(names.before), place: null, page: 0 },
  }
}

/** One page. As Front says, fewer rows than the limit, or none, do not mean the end; only a missing link does. */
export function pageOf<Row>(paged: Paged<Row>, asked: Asked, world: PageWorld): SimulatorReply {
  const rows = ordered(paged, asked)
  const from = asked.place ? rows.findIndex(row => isBehind(paged.keyOf(row), asked.place, asked.isDescending)) : 0
  const start = from < 0 ? rows.length : from
  const begin = asked.place && world.isShifted() ? Math.max(0, start - 2) : start
  const end = begin + sizeOf(asked)
  const page = rows.slice(begin, end)
  const last = page.at(-1)
  const place = last ? paged.keyOf(last) : asked.place
  const isOver = end >= rows.length
  const next = isOver ? null : linkTo(world.linkBase, world.isStuck ? asked : { ...asked, place, page: asked.page + 1 })
  return {
    body: {
      _pagination: { next },
      _links: { self: world.linkBase + asked.path },
      _results: page.map(row => paged.write(row)),
    },
  }
}

/** The second page of five is short and the third is empty. */
function sizeOf({ limit, page }: Asked): number {
  if (page % 5 === 2) return 0
  return page % 5 === 1 ? Math.ceil(limit / 2) : limit
}

function ordered<Row>({ rows, keyOf }: Paged<Row>, { after, before, isDescending }: Asked): Row[] {
  const wanted = rows.filter(row => {
    const { at } = keyOf(row)
    return (after === null || at > after) && (before === null || at < before)
  })
  const sorted = wanted.toSorted((one, other) => compare(keyOf(one), keyOf(other)))
  return isDescending ? sorted.reverse() : sorted
}

interface Key {
  at: number
  id: string
}

function compare(one: Key, other: Key): number {
  return one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
}

function isBehind(key: Key, place: Key | null, isDescending: boolean): boolean {
  return place === null || (isDescending ? compare(key, place) < 0 : compare(key, place) > 0)
}

function linkTo(base: string, asked: Asked): string {
  return `${base}${asked.path}?page_token=${Buffer.from(JSON.stringify(asked)).toString('base64url')}`
}
