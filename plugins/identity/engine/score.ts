import { phonesOf, type Pairs } from './block.ts'
import type { Nodes } from './collapse.ts'
import { bitsAt, bitsOf, fields, type Field, type Level, type Model } from './model.ts'

/** Pairs that are one person by the model, ascending by node. */
export interface Edges extends Pairs {
  /** Which level each field has, as a number: see `levelsOf`. */
  pattern: Uint8Array
}

/** One field's part in a weight. */
export interface Share {
  field: Field
  level: Level
  bits: number
}

const levels: readonly Level[] = ['missing', 'differs', 'equal']
const patterns = levels.length ** fields.length

/** Compares each pair field by field and keeps those above the model's threshold. */
export function score(nodes: Nodes, pairs: Pairs, model: Model): Edges {
  const least = bitsAt(model.threshold)
  const weights = weightsOf(model)
  const all = Uint8Array.from(pairs.a, (a, at) => patternOf(nodes, a, pairs.b[at]!))
  const isEdge = (_: number, at: number): boolean => weights[all[at]!]! > least
  return { a: pairs.a.filter(isEdge), b: pairs.b.filter(isEdge), pattern: all.filter(isEdge) }
}

/** What each field says in a pattern, and what that is worth. */
export function levelsOf(pattern: number, model: Model): Share[] {
  return fields.map((field, at) => {
    const level = levels[Math.floor(pattern / levels.length ** at) % levels.length]!
    return { field, level, bits: bitsOf(model, field, level) }
  })
}

/** The weight in bits of every pattern there can be. */
export function weightsOf(model: Model): Float64Array {
  return Float64Array.from({ length: patterns }, (_, pattern) =>
    levelsOf(pattern, model).reduce((sum, { bits }) => sum + bits, 0),
  )
}

/** How two nodes compare, field by field, as a number that `levelsOf` reads. */
export function patternOf(nodes: Nodes, a: number, b: number): number {
  const first = levelOf(nodes.first[a]!, nodes.first[b]!)
  const last = levelOf(nodes.last[a]!, nodes.last[b]!)
  const email = levelOf(nodes.email[a]!, nodes.email[b]!)
  return first + 3 * (last + 3 * (email + 3 * phoneLevel(nodes, a, b)))
}

/** Into `levels`. */
function levelOf(a: number, b: number): 0 | 1 | 2 {
  return a < 0 || b < 0 ? 0 : a === b ? 2 : 1
}

/** Equal when any phone is in both. */
function phoneLevel(nodes: Nodes, a: number, b: number): 0 | 1 | 2 {
  const phones = phonesOf(nodes, a)
  const others = phonesOf(nodes, b)
  if (phones.length === 0 || others.length === 0) return 0
  return phones.some(phone => others.includes(phone)) ? 2 : 1
}
