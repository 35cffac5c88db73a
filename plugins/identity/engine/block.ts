import type { Nodes } from './collapse.ts'

/** Pairs of nodes worth comparing: `a[i] < b[i]`, each once, ascending. */
export interface Pairs {
  a: Int32Array
  b: Int32Array
}

/** An email or phone that so many different people give that it tells nobody apart: a shop's own, a place-holder. */
export interface GenericKey {
  field: 'email' | 'phone'
  value: string
  signatures: number
}

/**
 * Pairs every two nodes that share an email or a phone. A key that more than `cap` nodes share is generic: within it only nodes
 * with the same full name are paired, so that the work stays within nodes × cap.
 */
export function block(nodes: Nodes, cap: number): { pairs: Pairs; generic: GenericKey[] } {
  const found: number[] = []
  const generic: GenericKey[] = []
  const pair = (a: number, b: number): void => void found.push(a * nodes.count + b)
  const emails = bucketsOf(nodes.emails.length, nodes.count, at => nodes.email.subarray(at, at + 1))
  const phones = bucketsOf(nodes.allPhones.length, nodes.count, at => phonesOf(nodes, at))
  for (const { field, buckets, values } of [
    { field: 'email' as const, buckets: emails, values: nodes.emails },
    { field: 'phone' as const, buckets: phones, values: nodes.allPhones },
  ])
    for (let key = 0; key < values.length; key++) {
      const bucket = buckets(key)
      if (bucket.length > cap) generic.push({ field, value: values[key]!, signatures: bucket.length })
      if (bucket.length > cap) pairNamesakes(nodes, bucket, cap, pair)
      else pairAll(bucket, pair)
    }
  return { pairs: distinctPairs(found, nodes.count), generic }
}

/** The phones of one node, as numbers. */
export function phonesOf(nodes: Nodes, node: number): Int32Array {
  return nodes.phones.subarray(nodes.phoneStart[node], nodes.phoneStart[node + 1])
}

/** The nodes of each key, ascending, without an array per key. */
function bucketsOf(keys: number, count: number, keysOf: (node: number) => Int32Array): (key: number) => Int32Array {
  const start = new Int32Array(keys + 2)
  for (let node = 0; node < count; node++) for (const key of keysOf(node)) if (key >= 0) start[key + 2]!++
  for (let key = 2; key < start.length; key++) start[key]! += start[key - 1]!
  const members = new Int32Array(start[keys + 1]!)
  for (let node = 0; node < count; node++)
    for (const key of keysOf(node)) if (key >= 0) members[start[key + 1]!++] = node
  return key => members.subarray(start[key], start[key + 1])
}

function pairAll(bucket: Int32Array, pair: (a: number, b: number) => void): void {
  for (let i = 0; i < bucket.length; i++) for (let j = i + 1; j < bucket.length; j++) pair(bucket[i]!, bucket[j]!)
}

/** Within a generic key: the namesakes among themselves, or, where even they are too many, each with the first of them. */
function pairNamesakes(nodes: Nodes, bucket: Int32Array, cap: number, pair: (a: number, b: number) => void): void {
  const named = bucket.filter(node => nodes.first[node]! >= 0 && nodes.last[node]! >= 0)
  const byName = Map.groupBy(named, node => `${nodes.first[node]} ${nodes.last[node]}`)
  for (const namesakes of byName.values())
    if (namesakes.length <= cap) pairAll(Int32Array.from(namesakes), pair)
    else for (const other of namesakes.slice(1)) pair(namesakes[0]!, other)
}

function distinctPairs(found: number[], count: number): Pairs {
  const sorted = Float64Array.from(found).sort()
  const distinct = sorted.filter((pair, at) => at === 0 || pair !== sorted[at - 1])
  const a = Int32Array.from(distinct, pair => Math.floor(pair / count))
  return { a, b: Int32Array.from(distinct, (pair, at) => pair - a[at]! * count) }
}
