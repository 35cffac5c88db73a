import type { Column } from '@switchboard/core'
import type { Keeping } from './clusters.ts'
import type { Nodes } from './collapse.ts'
import { ofEachValue } from './compare/levels.ts'
import type { Joined } from './evidence.ts'
import type { Compare } from './patterns.ts'
import { populationOf, type KnownNames } from './population.ts'

type Said = readonly (readonly [number, number])[]

/** What keeps the nodes of a table apart: vetoes of the model, constraints of plugins, and what was said of their rows. */
export function keepingOf(
  given: { nodes: Nodes; joined: Joined; compares: readonly Compare[]; trained: KnownNames },
  said: { apart?: Said; together?: Said },
): Keeping {
  const { nodes, joined, compares } = given
  const population = populationOf(given.trained, () => 0)
  const asked = (levels: Joined['vetoes']): Asked[] =>
    levels.map(({ comparison, level }) => ({ compare: compares[comparison]!, level }))
  const [vetoes, overrules] = [asked(joined.vetoes), asked(joined.overrules)]
  const constraints = joined.constraints.map(constraint => constraint.compile(nodes, population))
  const ofNodes = (rows: Said = []): [number, number][] =>
    rows.map(([a, b]): [number, number] => [nodes.nodeOf[a]!, nodes.nodeOf[b]!]).filter(([a, b]) => a !== b)
  const isConstrained = (a: number, b: number): boolean => constraints.some(isKept => isKept(a, b))
  return {
    isConflict: (a, b) => hasLevel(vetoes, a, b) || isConstrained(a, b),
    isSure: (a, b) => hasLevel(overrules, a, b),
    isConstrained,
    voiceOf: voices(nodes, joined),
    apart: ofNodes(said.apart),
    together: ofNodes(said.together),
    hasConstraints: constraints.length > 0 || overrules.length > 0,
  }
}

interface Asked {
  compare: Compare
  level: number
}

function hasLevel(all: readonly Asked[], a: number, b: number): boolean {
  return all.some(({ compare, level }) => compare(a, b) === level)
}

/** The values that vetoes read, as one number: nodes whose first field is one letter or missing conflict with nobody. */
function voices(nodes: Nodes, joined: Joined): (node: number) => number {
  const all = joined.vetoes.map(({ comparison }) => {
    const [column, second] = joined.comparisons[comparison]!.fields.map(field => nodes.fields[field]!)
    return { column: column!, second, telling: ofEachValue(column!, text => (text.length > 1 ? 1 : 0)) }
  })
  const [one, ...others] = all.map(({ column, second, telling }) => (node: number): number => {
    const value = valueOf(column, node)
    if (value < 0 || telling(value) === 0) return -1
    return second === undefined ? value : value * (second.size + 1) + valueOf(second, node) + 1
  })
  if (others.length === 0) return one ?? (() => -1)
  const numbers = new Map<string, number>()
  return node => {
    const parts = [one!, ...others].map(partOf => partOf(node))
    if (parts.every(part => part < 0)) return -1
    const key = parts.join(' ')
    if (!numbers.has(key)) numbers.set(key, numbers.size)
    return numbers.get(key)!
  }
}

/** The value of a node, of several the first, −1 where it is missing. */
function valueOf({ ids, start }: Column, node: number): number {
  if (!start) return ids[node]!
  return start[node]! < start[node + 1]! ? ids[start[node]!]! : -1
}
