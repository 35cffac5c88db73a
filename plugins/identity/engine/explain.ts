import type { Column, Table } from '@switchboard/core'
import type { GenericKey } from './block.ts'
import { valuesOf, type Nodes } from './collapse.ts'
import { joinEvidence, type Joined } from './evidence.ts'
import type { MatchAsk } from './match.ts'
import { bitsAt, probabilityAt } from './model.ts'
import { comparePairs, compileComparisons } from './patterns.ts'
import { populationOf, type KnownNames } from './population.ts'
import type { Trained } from './trained.ts'
import { levelBits, patternBits, priorBits, raritiesOf, rarityBits, together, weightsOf } from './weigh.ts'

/** One step of the waterfall: what one comparison found, and what it is worth. */
export interface ExplainedStep {
  comparison: string
  /** What was found; null where a side has nothing. */
  level: string | null
  /** The values of both, field by field. */
  values: { field: string; a: string[]; b: string[] }[]
  /** How often one person's rows have the level, and anybody's; null where bits are fixed or nothing was found. */
  m: number | null
  u: number | null
  /** log2(m / u), and what the rarity of the shared value adds. */
  bits: number
  rarityBits: number
  /** Bits so far, the prior and all steps up to this one. */
  total: number
}

/** Why two nodes are one person, or not. */
export interface Explanation {
  /** Bits that any two start with: how rare it is that two rows are one person. */
  prior: number
  steps: ExplainedStep[]
  /** Bits taken off because two people of one household would agree in much of this as well. Never above 0. */
  household: number
  /** The whole weight, and the probability it stands for. */
  bits: number
  probability: number
  /** Whether it is above the threshold of the model. */
  isOne: boolean
  /** The level that keeps them apart whatever the weight, if there is one. */
  veto: string | null
  /** Single changes that would turn the answer, the nearest first. */
  flips: Flip[]
}

/** What would turn the answer. */
export interface Flip {
  comparison: string
  /** The level it would need. */
  level: string
  /** What the change is worth, and the probability after it. */
  bits: number
  probability: number
}

/** Explains one pair by the parameters it was weighed with: the bits are those of the match, but for rounding to 1/256. */
export function explain(
  nodes: Nodes,
  a: number,
  b: number,
  ask: Pick<MatchAsk, 'model' | 'evidence' | 'generic'> & { trained: Trained },
): Explanation {
  const { trained } = ask
  const joined = joinEvidence(ask.model, ask.evidence, nodes)
  const { generic = [] } = ask
  const levels = levelsOf(nodes, joined, { ...trained, generic }, [a, b])
  const rare = rarityOf(nodes, joined, trained, { levels, a, b, generic })
  const weigh = weigher(joined, trained)
  const known = weigh(levels, rare)
  const probability = probabilityAt(known.bits)
  const has = ({ comparison, level }: Joined['vetoes'][number]): boolean => levels[comparison] === level
  const veto = joined.overrules.some(has) ? undefined : joined.vetoes.find(has)
  return {
    prior: priorBits(joined, trained).random,
    steps: stepsOf(nodes, joined, trained, { levels, rare: rare.each, a, b }),
    household: known.bits - known.random,
    bits: known.bits,
    probability,
    isOne: known.bits > bitsAt(ask.model.threshold) && veto === undefined,
    veto: veto
      ? `${joined.comparisons[veto.comparison]!.name}: ${joined.comparisons[veto.comparison]!.levels[veto.level - 1]!}`
      : null,
    flips: flipsOf(
      joined,
      levels,
      bitsAt(ask.model.threshold),
      other => weigh(other, rarityOf(nodes, joined, trained, { levels: other, a, b, generic })).bits,
    ),
  }
}

interface Rare {
  random: number
  household: number
  /** By comparison. */
  each: ReadonlyMap<number, number>
}

function levelsOf(nodes: Table, joined: Joined, names: KnownNames, [a, b]: [number, number]): number[] {
  const compares = compileComparisons(
    joined,
    nodes,
    populationOf(names, () => 0),
  )
  return compares.map(compare => compare(a, b))
}

function rarityOf(
  nodes: Nodes,
  joined: Joined,
  trained: Trained,
  { levels, a, b, generic }: { levels: readonly number[]; a: number; b: number; generic: readonly GenericKey[] },
): Rare {
  const sizes = joined.comparisons.map(spec => spec.levels.length)
  const pairs = { a: Int32Array.of(a), b: Int32Array.of(b) }
  const fixed = levels.map(level => () => level)
  const weights = weightsOf(nodes, joined, trained, { patterns: comparePairs(pairs, fixed, sizes), generic })
  const rarities = raritiesOf(nodes, joined, trained, generic)
  const equal = rarities.reduce(
    (mask, { comparison, bits }, at) => mask | (levels[comparison] === 1 && bits(a, b) !== 0 ? 1 << at : 0),
    0,
  )
  const each = rarities.flatMap(({ comparison, bits }) =>
    levels[comparison] === 1 ? [[comparison, bits(a, b)] as const] : [],
  )
  return { ...rarityBits(weights, equal, a, b), each: new Map(each) }
}

/** Weighs any combination of levels. */
function weigher(
  joined: Joined,
  trained: Trained,
): (levels: readonly number[], rare: Rare) => { bits: number; random: number } {
  const bitsOf = patternBits(joined, trained)
  return (levels, rare) => {
    const { random, household, isTold } = bitsOf(levels)
    const all = random + rare.random
    return { bits: together(all, household + (isTold ? 0 : rare.household)), random: all }
  }
}

function stepsOf(
  nodes: Nodes,
  joined: Joined,
  trained: Trained,
  { levels, rare, a, b }: { levels: readonly number[]; rare: ReadonlyMap<number, number>; a: number; b: number },
): ExplainedStep[] {
  let total = priorBits(joined, trained).random
  return joined.comparisons.map((spec, c) => {
    const level = levels[c]! === 0 ? null : spec.levels[levels[c]! - 1]!
    const learned = trained.comparisons[spec.name]
    const bits = levelBits(spec, trained).random[levels[c]!]!
    const more = rare.get(c) ?? 0
    total += bits + more
    const share = (kind: 'm' | 'u'): number | null =>
      level === null || spec.bits ? null : (learned?.[kind][level] ?? null)
    return {
      comparison: spec.name,
      level,
      values: spec.fields.map(field => ({
        field,
        a: textsOf(nodes.fields[field]!, a),
        b: textsOf(nodes.fields[field]!, b),
      })),
      ...{ m: share('m'), u: share('u'), bits, rarityBits: more, total },
    }
  })
}

function textsOf(column: Column, node: number): string[] {
  return [...valuesOf(column, node)].map(id => column.text(id))
}

/** A single comparison changed: to its best level where they are apart, to its worst where they are one. */
function flipsOf(
  joined: Joined,
  levels: readonly number[],
  least: number,
  weigh: (levels: readonly number[]) => number,
): Flip[] {
  const now = weigh(levels)
  const isOne = now > least
  const flips = joined.comparisons.flatMap((spec, c): Flip[] => {
    const level = isOne ? spec.levels.length : 1
    if (levels[c] === level) return []
    const bits = weigh(levels.with(c, level))
    if (bits > least === isOne) return []
    return [
      { comparison: spec.name, level: spec.levels[level - 1]!, bits: bits - now, probability: probabilityAt(bits) },
    ]
  })
  return flips.sort((one, other) => Math.abs(one.bits) - Math.abs(other.bits))
}
