import type { Column } from '@switchboard/core'
import { valuesOf, type Nodes } from './collapse.ts'
import { isRoleMailbox } from './compare/role-mailbox.ts'
import type { Model } from './model.ts'

/** What a node has to be matched by. */
export const standing = { none: 0, weak: 1, real: 2 } as const

/** For each node: nothing to match it by, exactly one identity field and nothing else (weak), or enough (real). */
export function standingsOf(nodes: Nodes, { identity, fields }: Model): Uint8Array {
  const counts = new Int32Array(nodes.count)
  const identities = new Int32Array(nodes.count)
  for (const name of Object.keys(fields)) if (nodes.fields[name]) addCounts(counts, nodes.fields[name])
  for (const name of identity) if (nodes.fields[name]) addCounts(identities, nodes.fields[name])
  const standings = new Uint8Array(nodes.count)
  for (let node = 0; node < nodes.count; node++)
    standings[node] = identities[node] === 0 ? standing.none : counts[node] === 1 ? standing.weak : standing.real
  return standings
}

function addCounts(counts: Int32Array, { ids, start }: Column): void {
  if (start) for (let node = 0; node < counts.length; node++) counts[node]! += start[node + 1]! - start[node]!
  else for (let node = 0; node < counts.length; node++) if (ids[node]! >= 0) counts[node]!++
}

function countOf({ ids, start }: Column, node: number): number {
  return start ? start[node + 1]! - start[node]! : ids[node]! < 0 ? 0 : 1
}

interface Attaching {
  standings: Uint8Array
  model: Model
  /** Values that tell nobody apart, as `field value`. */
  generic: ReadonlySet<string>
  /** Nodes that a vendor or a human says are two people. */
  apart: readonly (readonly [number, number])[]
}

/**
 * Attaches each weak node to the one cluster that has its value on a real node, unless that is somebody it was said not to be; or
 * says why it waits.
 * @param of for each node the least node of its cluster; changed where a weak node attaches
 * @returns by node why it waits
 */
export function attachWeak(
  nodes: Nodes,
  of: Int32Array,
  { standings, model, generic, apart }: Attaching,
): Map<number, string> {
  const waiting = new Map<number, string>()
  const none = `nothing to match it by: no ${model.identity.join(' and no ')}`
  for (let node = 0; node < nodes.count; node++) if (standings[node] === standing.none) waiting.set(node, none)
  const targets = new Map<number, number>()
  for (const field of model.identity)
    for (const [node, owner] of ownersByNode(nodes, field, of, { standings, generic }))
      if (owner < 0) waiting.set(node, whyNot(field, owner))
      else targets.set(node, owner)
  for (const [node, owner] of unlessApart(targets, of, apart))
    if (owner < 0) waiting.set(node, 'it was said to be somebody else than who has the same')
    else of[node] = owner
  return waiting
}

/** By weak node that has the field: the cluster that has the same value, or why there is none. */
function ownersByNode(
  nodes: Nodes,
  field: string,
  of: Int32Array,
  { standings, generic }: Pick<Attaching, 'standings' | 'generic'>,
): Map<number, number> {
  const found = new Map<number, number>()
  const column = nodes.fields[field]
  if (!column) return found
  const owners = ownersOf(nodes, column, of, standings)
  for (let node = 0; node < nodes.count; node++) {
    if (standings[node] !== standing.weak || countOf(column, node) === 0) continue
    const value = valuesOf(column, node)[0]!
    found.set(node, isEverybodys(field, column.text(value), generic) ? everybody : owners[value]!)
  }
  return found
}

/** The same targets, but −1 where one of two who were said to be apart would go where the other is or goes, whichever is asked first. */
function unlessApart(
  targets: ReadonlyMap<number, number>,
  of: Int32Array,
  apart: Attaching['apart'],
): Map<number, number> {
  const allowed = new Map(targets)
  const goesTo = (node: number): number => targets.get(node) ?? of[node]!
  for (const [a, b] of apart) {
    if (goesTo(a) !== goesTo(b)) continue
    if (targets.has(a)) allowed.set(a, -1)
    if (targets.has(b)) allowed.set(b, -1)
  }
  return allowed
}

const nobody = -1
const several = -2
const everybody = -3

function isEverybodys(field: string, text: string, generic: Attaching['generic']): boolean {
  return generic.has(`${field} ${text}`) || isRoleMailbox(text)
}

function whyNot(field: string, owner: number): string {
  if (owner === everybody) return `its ${field} is shared by too many to tell`
  return owner === nobody ? `nobody else has its ${field}` : `several people share its ${field}`
}

/** For each value the cluster whose real nodes have it. */
function ownersOf(nodes: Nodes, column: Column, of: Int32Array, standings: Uint8Array): Int32Array {
  const { ids, start, size } = column
  const owners = new Int32Array(size).fill(nobody)
  for (let node = 0; node < nodes.count; node++) {
    if (standings[node] !== standing.real) continue
    const to = start ? start[node + 1]! : ids[node]! < 0 ? node : node + 1
    for (let at = start ? start[node]! : node; at < to; at++)
      if (owners[ids[at]!] === nobody) owners[ids[at]!] = of[node]!
      else if (owners[ids[at]!] !== of[node]) owners[ids[at]!] = several
  }
  return owners
}
