import type { SimulatorReply } from './server.ts'
import { fieldsOf, textOf, type Arguments, type Question } from './shopify-question.ts'
import { denials, rowsOf, shownNode, type CollectionName, type ShopRow, type ShopState } from './shopify-state.ts'

const names = ['orders', 'customers'] as const

/** Whether a question is about orders or customers. */
export function isAboutRows(question: Question): boolean {
  return names.some(name => fieldsOf(question, name).length > 0)
}

/** A page of each collection that is asked for, when the points are there. */
export function pagesFor(state: ShopState, question: Question): object {
  const asked = names.flatMap(name => fieldsOf(question, name).map(args => wishOf(state, name, args)))
  const refusal = asked.map(({ refusal }) => refusal).find(refusal => refusal !== null)
  if (refusal) return { data: null, errors: [refusal] }
  const requested = asked.reduce((sum, { first }) => sum + 4 + Math.ceil(first / 2), 0)
  if (requested > state.mostCost) return { errors: [tooDear(requested, state.mostCost)] }
  const actual = asked.reduce((sum, { rows, first }) => sum + 1 + Math.ceil(Math.min(rows.length, first) / 14), 0)
  if (!state.bucket.take(requested, actual)) return throttled(state, requested)
  const errors = state.isPiiHidden ? asked.flatMap(deniedOf) : []
  return {
    ...(errors.length > 0 && { errors }),
    data: Object.fromEntries(asked.map(wish => [wish.name, connectionOf(state, wish)])),
    extensions: costOf(state, requested, actual),
  }
}

/** The 429 that the shop answers with; its `Retry-After` is a decimal number of seconds, and not always there. */
export function throttledReply(state: ShopState, retryAfterSeconds: number | null): SimulatorReply {
  const headers: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'retry-after': retryAfterSeconds.toFixed(1) }
  return { status: 429, headers, body: throttled(state, 54) }
}

interface Wish {
  name: CollectionName
  first: number
  order: 'createdAt' | 'updatedAt'
  /** All that is left from the cursor on. */
  rows: ShopRow[]
  refusal: object | null
}

function wishOf(state: ShopState, name: CollectionName, args: Arguments): Wish {
  const first = typeof args['first'] === 'number' ? args['first'] : 50
  const order = args['sortKey'] === 'CREATED_AT' ? 'createdAt' : 'updatedAt'
  const after = textOf(args['after'])
  const from = after === undefined ? null : placeOf(after, state)
  const refusal = refusalOf({ state, name, first, isLost: after !== undefined && !from })
  const since = new Date(/:>='([^']+)'/.exec(textOf(args['query']) ?? '')?.[1] ?? 0)
  const rows = refusal ? [] : rowsOf(state, name).filter(row => row[order] >= since && isBehind(row, order, from))
  const sorted = rows.sort(
    (one, other) => one[order].getTime() - other[order].getTime() || (one.gid < other.gid ? -1 : 1),
  )
  return { name, first, order, rows: sorted, refusal }
}

interface Asking {
  state: ShopState
  name: CollectionName
  first: number
  isLost: boolean
}

function refusalOf({ state, name, first, isLost }: Asking): object | null {
  if (!state.scopes.has(`read_${name}`)) {
    const message = `Access denied for ${name} field. Required access: \`read_${name}\` access scope.`
    return { message, path: [name], extensions: { code: 'ACCESS_DENIED' } }
  }
  if (first > 250) return { message: 'first must be at most 250', extensions: { code: 'MAX_EXCEEDED' } }
  return isLost ? { message: 'Invalid cursor for current pagination sort.', path: [name] } : null
}

function connectionOf(state: ShopState, { rows, first, order }: Wish): object {
  const edges = rows
    .slice(0, first)
    .map(row => ({ cursor: cursorOf(row, order, state.generation), node: shownNode(row, state) }))
  const pageInfo = { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null }
  return { edges, nodes: edges.map(({ node }) => node), pageInfo }
}

function deniedOf({ name, rows, first }: Wish): object[] {
  return rows.slice(0, first).flatMap((row, index) => denials(row, [name, 'edges', index, 'node']))
}

function tooDear(requested: number, most: number): object {
  const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${most}).`
  return { message, extensions: { code: 'MAX_COST_EXCEEDED', cost: requested, maxCost: most } }
}

function throttled(state: ShopState, requested: number): object {
  return {
    errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
    extensions: costOf(state, requested, null),
  }
}

function costOf({ bucket }: ShopState, requestedQueryCost: number, actualQueryCost: number | null): object {
  return { cost: { requestedQueryCost, actualQueryCost, throttleStatus: bucket.status() } }
}

interface Place {
  at: number
  gid: string
}

function cursorOf(row: ShopRow, order: Wish['order'], generation: number): string {
  return Buffer.from(JSON.stringify([generation, row[order].getTime(), row.gid])).toString('base64')
}

function placeOf(cursor: string, state: ShopState): Place | null {
  const [made, at, gid] = JSON.parse(Buffer.from(cursor, 'base64').toString()) as [number, number, string]
  return made === state.generation && !state.isShifted() ? { at, gid } : null
}

function isBehind(row: ShopRow, order: Wish['order'], from: Place | null): boolean {
  const at = row[order].getTime()
  return from === null || at > from.at || (at === from.at && row.gid > from.gid)
}
