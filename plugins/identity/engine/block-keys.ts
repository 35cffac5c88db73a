import type { BlockSpec, Column } from '@switchboard/core'
import type { Nodes } from './collapse.ts'
import { circlesOf } from './circles.ts'
import { shared } from './draft.ts'
import { pairNumbering } from './numbering.ts'

/** What nodes are put into one block by, as numbers. */
export interface Keys {
  /** Node n has the keys `ids[start[n]]` up to `ids[start[n + 1]]`; where `start` is null it has one, `ids[n]`. −1 is none. */
  ids: Int32Array
  start: Int32Array | null
  /** Keys go from 0 up to this. */
  size: number
  /** Of whole values: see `Column`. */
  hash?: Float64Array
  text(key: number): string
}

/** How many of all rows have a value, as a share. */
export type ShareOf = (field: string, id: number) => number

/** What keys are made by, besides the nodes. */
export interface KeyHow {
  share: ShareOf
  /** Whether so many share a value that it connects nobody. */
  isGeneric(field: string, text: string): boolean
}

/** Visits every key of every node, by its place in `ids`. */
export function eachKey({ ids, start }: Keys, count: number, visit: (node: number, at: number) => void): void {
  if (start === null) for (let node = 0; node < count; node++) if (ids[node]! >= 0) visit(node, node)
  if (start === null) return
  for (let node = 0; node < count; node++)
    for (let at = start[node]!; at < start[node + 1]!; at++) if (ids[at]! >= 0) visit(node, at)
}

/** The keys of all nodes: a value each of every field of the block, whole or its first letters, in all combinations. */
export function keysOf(nodes: Nodes, { on, rarerThan, within }: BlockSpec, { share, isGeneric }: KeyHow): Keys {
  const parts = on.map(({ field, letters }): Keys => {
    const column = nodes.fields[field]
    if (!column) return noKeys(nodes.count)
    if (letters !== undefined) return beginnings(column, letters)
    return rarerThan === undefined ? column : rare(column, id => share(field, id) < rarerThan)
  })
  if (within) parts.push(circleKeys(circlesOf(nodes, within, isGeneric)))
  return parts.reduce((left, right) => combined(left, right, nodes.count))
}

function circleKeys(ids: Int32Array): Keys {
  return { ids, start: null, size: ids.length, text: String }
}

function noKeys(count: number): Keys {
  return { ids: new Int32Array(count).fill(-1), start: null, size: 0, text: String }
}

/** A value's first letters stand for it. */
function beginnings(column: Column, letters: number): Keys {
  const numbers = new Map<string, number>()
  const keyOf = new Int32Array(column.size)
  for (let id = 0; id < column.size; id++) {
    const text = column.text(id).slice(0, letters)
    const key = numbers.get(text) ?? numbers.size
    keyOf[id] = key
    numbers.set(text, key)
  }
  const texts = [...numbers.keys()]
  const { start } = column
  const ids = column.ids.map(id => (id < 0 ? -1 : keyOf[id]!))
  if (start !== null)
    for (let node = 0; node + 1 < start.length; node++) leaveOutTwins(ids.subarray(start[node], start[node + 1]))
  return { ids, start, size: texts.length, text: key => texts[key]! }
}

/** A node has each key once. */
function leaveOutTwins(ids: Int32Array): void {
  for (let at = 1; at < ids.length; at++) if (ids.indexOf(ids[at]!) < at) ids[at] = -1
}

function rare(column: Column, isRare: (id: number) => boolean): Keys {
  const isKept = new Uint8Array(column.size)
  for (let id = 0; id < column.size; id++) isKept[id] = isRare(id) ? 1 : 0
  const ids = new Int32Array(shared(column.ids.length))
  for (let at = 0; at < ids.length; at++)
    ids[at] = column.ids[at]! >= 0 && isKept[column.ids[at]!]! === 1 ? column.ids[at]! : -1
  return { ...column, ids }
}

/** A key for each two keys of a node. */
function combined(left: Keys, right: Keys, count: number): Keys {
  const pairs = pairNumbering()
  const text = (key: number): string => `${left.text(pairs.left[key]!)} ${right.text(pairs.right[key]!)}`
  const ids: number[] = []
  const start = new Int32Array(count + 1)
  eachKey(left, count, (node, at) => {
    const to = right.start === null ? node + 1 : right.start[node + 1]!
    for (let other = right.start === null ? node : right.start[node]!; other < to; other++)
      if (right.ids[other]! >= 0) ids.push(pairs.of(left.ids[at]!, right.ids[other]!))
    start[node + 1] = ids.length
  })
  for (let node = 0; node < count; node++) start[node + 1] = Math.max(start[node]!, start[node + 1]!)
  return { ids: new Int32Array(ids), start, size: pairs.left.length, text }
}
