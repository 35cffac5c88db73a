import type { Column } from '@switchboard/core'
import { eachKey, type Keys } from './block-keys.ts'
import { valuesOf, type Nodes } from './collapse.ts'
import { hashText } from './hash.ts'
import { pairNumbering } from './numbering.ts'

/** A key that so many different signatures share that it tells nobody apart: a shop's own address, a place-holder. */
export interface GenericKey {
  /** The fields of the block, joined by "+". */
  field: string
  /** Their values, joined by a space. */
  value: string
  /** How many different things are said by those who have it. */
  signatures: number
  /** It is generic however few of those who have it are here: the others are elsewhere. */
  isHeld?: boolean
}

/** Which keys are generic. */
export interface GenericHow {
  cap: number
  known?: readonly GenericKey[]
  /** The block's fields, as generic keys name them. */
  field: string
}

/**
 * Puts the key and the name in place of each generic key, for nodes that have a name; the others lose the key.
 * @returns the generic keys, most shared first
 */
export function refined(nodes: Nodes, keys: Keys, how: GenericHow): { keys: Keys; generic: GenericKey[] } {
  const counts = signaturesOf(nodes, keys)
  const before = knownKeys(keys, how)
  const isGeneric = new Uint8Array(keys.size)
  const generic: GenericKey[] = []
  for (let key = 0; key < keys.size; key++) {
    const signatures = counts[key]!
    if (signatures <= how.cap && !(before.size > 0 && isStill(before.get(key), signatures, how.cap))) continue
    isGeneric[key] = 1
    generic.push({ field: how.field, value: keys.text(key), signatures })
  }
  generic.sort((a, b) => b.signatures - a.signatures || (a.value < b.value ? -1 : 1))
  return { keys: generic.length === 0 ? keys : withNames(nodes, keys, isGeneric), generic }
}

/** By key: how many nodes have it, those counted once that say the same. */
function signaturesOf({ count, repeats }: Nodes, keys: Keys): Int32Array {
  const counts = new Int32Array(keys.size)
  for (const key of keys.ids) if (key >= 0) counts[key]!++
  if (repeats.size > 0) eachKey(keys, count, (node, at) => void (repeats.has(node) && counts[keys.ids[at]!]!--))
  return counts
}

/** The keys that are generic already, by number. */
function knownKeys(keys: Keys, { known = [], field }: GenericHow): Map<number, GenericKey> {
  const byValue = new Map(known.filter(one => one.field === field).map(one => [one.value, one]))
  const hashes = new Set([...byValue.keys()].map(hashText))
  const found = new Map<number, GenericKey>()
  if (byValue.size === 0) return found
  for (let key = 0; key < keys.size; key++) {
    const one = keys.hash === undefined || hashes.has(keys.hash[key]!) ? byValue.get(keys.text(key)) : undefined
    if (one) found.set(key, one)
  }
  return found
}

function isStill(before: GenericKey | undefined, signatures: number, cap: number): boolean {
  return before !== undefined && (before.isHeld === true || signatures >= cap / 2)
}

/** The one that stands for namesakes who are too many: who says least agrees with most. By content, not by arrival. */
export function centreOf(nodes: Nodes, members: Int32Array): number {
  const columns = Object.values(nodes.fields)
  const filled = (node: number): number => columns.reduce((sum, column) => sum + valuesOf(column, node).length, 0)
  let [centre, least] = [members[0]!, filled(members[0]!)]
  for (const node of members) {
    const said = filled(node)
    if (said > least || (said === least && nodes.hash[node]! >= nodes.hash[centre]!)) continue
    centre = node
    least = said
  }
  return centre
}

function withNames(nodes: Nodes, keys: Keys, isGeneric: Uint8Array): Keys {
  const nameOf = namesOf(nodes)
  const pairs = pairNumbering()
  const ids = keys.ids.slice()
  eachKey(keys, nodes.count, (node, at) => {
    if (isGeneric[ids[at]!] === 0) return
    const name = nameOf(node)
    ids[at] = name < 0 ? -1 : keys.size + pairs.of(ids[at]!, name)
  })
  return { ...keys, ids, size: keys.size + pairs.left.length }
}

/** A number for each full name; −1 where a part of it is missing. */
function namesOf(nodes: Nodes): (node: number) => number {
  const columns = ['first', 'last'].flatMap((name): Column[] => (nodes.fields[name] ? [nodes.fields[name]] : []))
  const pairs = pairNumbering()
  const values = (node: number): Int32Array[] => columns.map(column => valuesOf(column, node))
  return node => {
    const all = values(node)
    if (columns.length === 0 || all.some(one => one.length === 0)) return -1
    return all.reduce((name, one) => one.reduce((before, id) => pairs.of(before, id), name), 0)
  }
}
