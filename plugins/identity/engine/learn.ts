import { learnAliases, learnNever } from './alias.ts'
import type { GenericKey, Pairs } from './block.ts'
import type { Nodes } from './collapse.ts'
import type { Joined } from './evidence.ts'
import type { Frequencies } from './frequencies.ts'
import { worthTwo, type OtherThread } from './parallel.ts'
import { codesInHalves } from './parallel-compare.ts'
import { comparePairs, compileComparisons, patternsOf, type Compare, type Couples, type Patterns } from './patterns.ts'
import { metGivenNames, populationOf, type KnownNames } from './population.ts'
import type { Clock } from './stopwatch.ts'
import { train, untrained } from './train.ts'
import type { Trained } from './trained.ts'

/** What pairs are formed of. */
export interface Prepared {
  nodes: Nodes
  joined: Joined
  frequencies: Frequencies
}

/** What is known before. */
interface Known {
  /** What was learned before; without it, it is learned from these rows. */
  trained?: Trained
  /** Rows that are two people. */
  apart?: readonly (readonly [number, number])[]
  /** First names that people's answers put together or apart. */
  names?: Pick<KnownNames, 'aliases' | 'never'>
}

/** What to judge pairs by, and how they compare. */
export interface Learned {
  trained: Trained
  patterns: Patterns
  compares: Compare[]
}

/** Compares all pairs, and learns from them what every detail is worth, unless that is known. */
export function learnOrUse(given: ToCompare & { clock: Clock }, ask: Known): Learned {
  const { nodes, joined, frequencies, pairs, generic, clock } = given
  const apart = nodesOf(nodes, ask.apart)
  const { rows: rowsOfEach } = nodes
  const isFixed = joined.comparisons.every(({ bits }) => bits !== null)
  if (ask.trained || isFixed) {
    const trained = ask.trained ?? untrained(joined, nodes.count)
    return { trained, ...clock('compare', () => compareAll(given, { ...trained, apart, rowsOfEach })) }
  }
  const [first, last] = joined.vetoes[0] ? joined.comparisons[joined.vetoes[0].comparison]!.fields : []
  const names: KnownNames = {
    aliases: ask.names?.aliases ?? [],
    never: ask.names?.never ?? [],
    givenNames: first === undefined ? [] : metGivenNames(nodes, first, last),
  }
  const more = clock('learn names', () => {
    const told = learnNever(nodes, joined, { pairs, apart }, names)
    return learnAliases(nodes, joined, pairs, told)
  })
  const { patterns, compares } = clock('compare', () => compareAll(given, { ...more, apart, rowsOfEach }))
  const trained = clock('train', () =>
    train(nodes, joined, { pairs, patterns, compares, frequencies, names: { ...more, generic, apart, rowsOfEach } }),
  )
  return { trained, patterns, compares }
}

function nodesOf({ nodeOf }: Nodes, rows: Known['apart'] = []): Couples {
  return { a: Int32Array.from(rows, ([a]) => nodeOf[a]!), b: Int32Array.from(rows, ([, b]) => nodeOf[b]!) }
}

interface ToCompare extends Prepared {
  pairs: Pairs
  generic: GenericKey[]
  /** Another thread, when it is worth its while. */
  other: OtherThread | null
}

function compareAll(
  { nodes, joined, pairs, generic, other }: ToCompare,
  known: KnownNames,
): Pick<Learned, 'patterns' | 'compares'> {
  const { aliases, never, givenNames, apart, rowsOfEach } = known
  const names = { aliases, never, givenNames, generic, ...(apart && { apart }), ...(rowsOfEach && { rowsOfEach }) }
  const compares = compileComparisons(
    joined,
    nodes,
    populationOf(names, () => 0),
  )
  const sizes = joined.comparisons.map(({ levels }) => levels.length)
  if (other === null || pairs.a.length < worthTwo / 2)
    return { patterns: comparePairs(pairs, compares, sizes), compares }
  const codes = codesInHalves(other, compares, sizes, { comparisons: joined.comparisons, names, table: nodes, pairs })
  return { patterns: patternsOf(codes, sizes), compares }
}
