import { foldName } from '@switchboard/core'
import { isListedGivenName } from '../engine/names/given-names.ts'
import { areNicknames } from '../engine/names/nicknames.ts'
import { rounded } from './bits.ts'
import type { Comparison, Structure, WhyNode } from './show.ts'
import { counted } from './words.ts'

/** A node with all that ties it to others. */
export interface Tied extends WhyNode {
  firstName: string | null
  /** Its emails and phones, by which it may be tied without being compared. */
  keys: readonly string[]
}

/** What holds a profile together, its halves, its bridges, and what inside it speaks against its being one. Pure. */
export function structureOf(
  nodes: readonly Tied[],
  links: readonly Comparison[],
  threshold: number,
): Omit<Structure, 'history' | 'nodes'> {
  const tree = new Map<number, [Half, Half]>()
  links.forEach((_, at) => {
    const halves = halvesOf(nodes, links, at)
    if (halves) tree.set(at, halves)
  })
  const bridges = [...tree].flatMap(([link, halves]) =>
    isBridge(nodes, links[link]!, halves)
      ? [{ link, records: halves.map(({ records }) => records) as [number, number] }]
      : [],
  )
  const weakest = weakestOf(links, tree)
  const found = weakest === null ? null : { link: weakest, halves: tree.get(weakest)! }
  return {
    weakest: found && {
      ...found,
      margin: rounded(links[found.link]!.weight - threshold),
      isBridge: bridges.some(({ link }) => link === found.link),
    },
    bridges,
    conflicts: conflictsIn(nodes),
    split: splitOf(nodes, links, found),
  }
}

type Half = NonNullable<Structure['weakest']>['halves'][number]

function weakestOf(links: readonly Comparison[], tree: ReadonlyMap<number, unknown>): number | null {
  const sorted = [...tree.keys()].toSorted((a, b) => links[a]!.weight - links[b]!.weight || a - b)
  return sorted[0] ?? null
}

/** The two halves a link holds together, the smaller second; null when others hold them together without it. */
function halvesOf(nodes: readonly Tied[], links: readonly Comparison[], without: number): [Half, Half] | null {
  const { a, b } = links[without]!
  if (!a || !b) return null
  const near = reach(a.signature, links, without)
  if (near.has(b.signature)) return null
  const far = reach(b.signature, links, without)
  const half = (of: ReadonlySet<string>): Half => {
    const here = nodes.filter(({ signature }) => of.has(signature))
    return {
      signatures: here.map(({ signature }) => signature),
      records: here.reduce((sum, node) => sum + node.records, 0),
    }
  }
  const halves = [half(near), half(far)] as [Half, Half]
  return halves[1].records > halves[0].records ? [halves[1], halves[0]] : halves
}

function reach(from: string, links: readonly Comparison[], without: number): Set<string> {
  const found = new Set([from])
  for (let size = 0; size < found.size;) {
    size = found.size
    links.forEach(({ a, b }, at) => {
      if (at === without || !a || !b) return
      if (found.has(a.signature)) found.add(b.signature)
      else if (found.has(b.signature)) found.add(a.signature)
    })
  }
  return found
}

/** Nothing but this pair ties the halves: no other two of them share an email or a phone. */
function isBridge(nodes: readonly Tied[], link: Comparison, [one, other]: [Half, Half]): boolean {
  const [near, far] = [new Set(one.signatures), new Set(other.signatures)]
  const pair = new Set([link.a?.signature, link.b?.signature])
  const holders = new Map<string, Tied[]>()
  for (const node of nodes)
    if (near.has(node.signature)) for (const key of node.keys) holders.set(key, [...(holders.get(key) ?? []), node])
  return !nodes.some(
    node =>
      far.has(node.signature) &&
      node.keys.some(key => holders.get(key)?.some(tied => !(pair.has(tied.signature) && pair.has(node.signature)))),
  )
}

/** Known first names of which none is another's nickname or beginning. */
function conflictsIn(nodes: readonly Tied[]): Structure['conflicts'] {
  const named = nodes.filter(({ firstName }) => firstName && isListedGivenName(foldName(firstName)))
  const names = Map.groupBy(named, ({ firstName }) => foldName(firstName!))
  const clash = (one: string, other: string): boolean =>
    !one.startsWith(other) && !other.startsWith(one) && !areNicknames(one, other)
  const clashing = [...names.keys()].filter(name => [...names.keys()].some(other => clash(name, other)))
  if (clashing.length < 2) return []
  const of = clashing.flatMap(name => names.get(name)!)
  return [
    {
      field: 'first name',
      values: clashing.map(name => names.get(name)![0]!.firstName!),
      signatures: of.map(({ signature }) => signature),
    },
  ]
}

function splitOf(
  nodes: readonly Tied[],
  links: readonly Comparison[],
  found: { link: number; halves: [Half, Half] } | null,
): string {
  if (!found)
    return nodes.length > 1 ? 'nothing: what holds them together holds twice' : 'nothing: all records say the same'
  const link = links[found.link]!
  const [stay, leave] = found.halves
  const who = leave.signatures.length === 1 ? nodes.find(({ signature }) => signature === leave.signatures[0]) : null
  const leaving = who ? `${counted(leave.records, 'record')} of ${who.name}` : counted(leave.records, 'record')
  return `${leaving} would part from the other ${stay.records}: ${link.flips}`
}
