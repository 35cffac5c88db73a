import type { BlockSpec } from '@switchboard/core'
import { eachKey, keysOf, type Keys } from './block-keys.ts'
import type { Nodes } from './collapse.ts'
import { shared } from './draft.ts'
import { centreOf, refined, type GenericKey } from './generic-keys.ts'

export type { GenericKey } from './generic-keys.ts'

/** Pairs of nodes worth comparing: `a[i] < b[i]`, each pair once. */
export interface Pairs {
  a: Int32Array
  b: Int32Array
  /** The first block that finds the pair, by its place in the model. */
  block: Uint8Array
}

/** What blocking needs to know besides the nodes. */
export interface BlockHow {
  /** A key is generic above so many nodes. */
  cap: number
  /** Keys that are generic already: they are ordinary ones again below half the cap. */
  known?: readonly GenericKey[]
  /** How many of all rows have a value, as a share. */
  share(field: string, id: number): number
}

/**
 * Pairs every two nodes that share a key of a block. Within a generic key only namesakes (the same `first` and `last`) are
 * paired, and where even they are more than `cap`, each with one of them, so that the work stays within nodes × cap.
 */
export function block(
  nodes: Nodes,
  blocks: readonly BlockSpec[],
  how: BlockHow,
): { pairs: Pairs; generic: GenericKey[] } {
  const generic: GenericKey[] = []
  const filled: Block[] = []
  const found: Found = { ...room(1 << 10), count: 0 }
  for (const spec of blocks) {
    const field = spec.on.map(part => part.field).join('+')
    const isGeneric = (of: string, value: string): boolean =>
      generic.some(key => key.field === of && key.value === value)
    const keys = keysOf(nodes, spec, { share: how.share, isGeneric })
    const some = spec.within ? { keys, generic: [] } : refined(nodes, keys, { ...how, field })
    generic.push(...some.generic)
    filled.push(fill(nodes, some.keys, how.cap))
    pairWithin(filled, found)
  }
  const { a, b, block, count } = found
  return { pairs: { a: a.subarray(0, count), b: b.subarray(0, count), block: block.subarray(0, count) }, generic }
}

/** Keys, and the nodes of each: key k has `members[first[k]]` up to `members[first[k + 1]]`, ascending. */
interface Block extends Keys {
  first: Int32Array
  members: Int32Array
  /** Of keys with too many members even so: the one that all others are paired with. */
  centres: ReadonlyMap<number, number>
}

interface Found extends Pairs {
  count: number
}

function fill(nodes: Nodes, keys: Keys, cap: number): Block {
  const { ids, size } = keys
  const first = new Int32Array(size + 2)
  for (const key of ids) if (key >= 0) first[key + 2]!++
  for (let key = 2; key < first.length; key++) first[key]! += first[key - 1]!
  const members = new Int32Array(first[size + 1]!)
  eachKey(keys, nodes.count, (node, at) => (members[first[ids[at]! + 1]!++] = node))
  const centres = new Map<number, number>()
  for (let key = 0; key < size; key++)
    if (first[key + 1]! - first[key]! > cap)
      centres.set(key, centreOf(nodes, members.subarray(first[key], first[key + 1])))
  return { ...keys, first, members, centres }
}

/** Adds the pairs of the last block that no block before it has found. */
function pairWithin(blocks: readonly Block[], found: Found): void {
  const { first, centres, size } = blocks.at(-1)!
  for (let key = 0; key < size; key++) {
    const [from, to] = [first[key]!, first[key + 1]!]
    if (to - from < 2) continue
    const centre = centres.size === 0 ? undefined : centres.get(key)
    if (centre !== undefined) pairWithCentre(blocks, found, key, centre)
    else for (let one = from; one < to - 1; one++) pairWithRest(blocks, found, key, one)
  }
}

function pairWithCentre(blocks: readonly Block[], found: Found, key: number, centre: number): void {
  const { first, members } = blocks.at(-1)!
  for (const other of members.subarray(first[key], first[key + 1])) {
    const [a, b] = other < centre ? [other, centre] : [centre, other]
    if (a !== b && isNew(blocks, key, a, b)) add(found, a, b, blocks.length - 1)
  }
}

function pairWithRest(blocks: readonly Block[], found: Found, key: number, one: number): void {
  const { first, members } = blocks.at(-1)!
  const a = members[one]!
  const to = first[key + 1]!
  for (let other = one + 1; other < to; other++)
    if (isNew(blocks, key, a, members[other]!)) add(found, a, members[other]!, blocks.length - 1)
}

/** Whether no block has found the pair before, nor the last one under a key before this. */
function isNew(blocks: readonly Block[], key: number, a: number, b: number): boolean {
  const last = blocks.length - 1
  for (let at = 0; at < last; at++) if (pairingKey(blocks[at]!, a, b) >= 0) return false
  return blocks[last]!.start === null || pairingKey(blocks[last]!, a, b) === key
}

/** The first key of `a` by which a block pairs it with `b`, or −1. */
function pairingKey(block: Block, a: number, b: number): number {
  const { ids, start } = block
  if (start === null) return ids[a]! >= 0 && ids[a] === ids[b] && isPairedBy(block, ids[a]!, a, b) ? ids[a]! : -1
  for (let at = start[a]!; at < start[a + 1]!; at++)
    for (let other = start[b]!; other < start[b + 1]!; other++)
      if (ids[at]! >= 0 && ids[at] === ids[other] && isPairedBy(block, ids[at]!, a, b)) return ids[at]!
  return -1
}

function isPairedBy({ centres }: Block, key: number, a: number, b: number): boolean {
  if (centres.size === 0) return true
  const centre = centres.get(key)
  return centre === undefined || centre === a || centre === b
}

function add(found: Found, a: number, b: number, block: number): void {
  if (found.count === found.a.length) enlarge(found)
  found.a[found.count] = a
  found.b[found.count] = b
  found.block[found.count++] = block
}

function enlarge(found: Found): void {
  const larger = room(found.count * 2)
  larger.a.set(found.a)
  larger.b.set(found.b)
  larger.block.set(found.block)
  Object.assign(found, larger)
}

function room(count: number): Pairs {
  return {
    a: new Int32Array(shared(count)),
    b: new Int32Array(shared(count)),
    block: new Uint8Array(new SharedArrayBuffer(count)),
  }
}
