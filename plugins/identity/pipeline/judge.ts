import type { Evidence, Table } from '@switchboard/core'
import { joinEvidence } from '../engine/evidence.ts'
import { match, type Link, type MatchAnswer, type MatchAsk } from '../engine/match.ts'
import { bitsAt, type Model } from '../engine/model.ts'
import { tableBuilder } from '../engine/table.ts'
import type { Trained } from '../engine/trained.ts'
import { levelBits } from '../engine/weigh.ts'
import type { Compared } from './made.ts'
import type { Judgement, JudgedLink, Share } from './judgement.ts'
import { fieldsOf, isWeak } from './reading.ts'

/** What the engine is asked about candidates, which are named by their places. */
export type Question = Omit<MatchAsk, 'apart' | 'together'> & Required<Pick<MatchAsk, 'apart' | 'together'>>

/** What of a candidate the engine sees. */
export type Judged = Pick<Compared, 'values' | 'signature' | 'isUnverified'>

/**
 * Asks the engine who is one person. What unverified people typed is left out: it is nobody's evidence. A row with a single detail
 * is not the person whom its own record names beside it.
 */
export function judge(candidates: readonly Judged[], question: Question): Judgement {
  const { model, evidence = [] } = question
  const places = [...candidates.keys()].filter(at => !candidates[at]!.isUnverified)
  const table = tableBuilder(fieldsOf(model, evidence))
  for (const at of places) table.add(candidates[at]!.values)
  const answer = ask(table.build(), { places, count: candidates.length }, question)
  const name = linkNamer({ model, evidence, trained: answer.trained, firstOf: firstPlaces(answer, places) })
  const { clusterOf, waits } = clustersOf(answer, {
    ...{ places, count: candidates.length, apart: question.apart },
    isWeakAt: at => isWeak(candidates[at]!.values),
  })
  const signatureOf = (at: number): string => candidates[at]!.signature
  return { trained: answer.trained, generic: answer.generic, clusterOf, waits, ...name(answer, signatureOf, at => at) }
}

/** Asks about the rows of a table, each of which is the candidate at a place. */
export function ask(
  table: Table,
  { places, count }: Pick<Places, 'places' | 'count'>,
  question: Question,
): MatchAnswer {
  const rows = new Int32Array(count).fill(-1)
  places.forEach((at, row) => (rows[at] = row))
  const within = (pairs: Question['apart']): [number, number][] =>
    pairs.map(([a, b]): [number, number] => [rows[a]!, rows[b]!]).filter(([a, b]) => a >= 0 && b >= 0)
  return match(table, { ...question, apart: within(question.apart), together: within(question.together) })
}

interface Places {
  /** The candidate of each row. */
  places: readonly number[] | Int32Array
  count: number
  apart: Question['apart']
  isWeakAt(at: number): boolean
}

/** From rows to candidates; those left out are each alone. */
export function clustersOf({ clusterOf: of, unattached }: MatchAnswer, { places, count, apart, isWeakAt }: Places) {
  const clusterOf = Int32Array.from({ length: count }, (_, at) => at)
  const waits = new Map<number, string>()
  places.forEach((at, row) => {
    clusterOf[at] = places[of[row]!]!
    const why = unattached.get(row)
    if (why !== undefined) waits.set(at, why)
  })
  letGo(apart, { clusterOf, waits, isWeakAt })
  return { clusterOf, waits }
}

/**
 * Whoever was attached to a person for a single detail, and is said to be somebody else, waits instead. Attached are only those
 * who are linked with nobody.
 */
function letGo(
  apart: Question['apart'],
  { clusterOf, waits, isWeakAt }: { clusterOf: Int32Array; waits: Map<number, string>; isWeakAt(at: number): boolean },
): void {
  for (const [a, b] of apart) {
    if (a === b || clusterOf[a] !== clusterOf[b]) continue
    for (const at of [a, b].filter(isWeakAt)) {
      clusterOf[at] = at
      waits.set(at, 'it has a single detail, which is that of somebody else by its own record')
    }
  }
}

interface Naming {
  model: Model
  evidence: readonly Evidence[]
  trained: Trained
  /** For each node the place of a candidate. */
  firstOf: Int32Array
}

/** For each node the place of the first candidate that it stands for. */
export function firstPlaces({ nodes }: Pick<MatchAnswer, 'nodes'>, places: Places['places']): Int32Array {
  const firstOf = new Int32Array(nodes.count).fill(-1)
  nodes.nodeOf.forEach((node, row) => {
    if (firstOf[node] === -1) firstOf[node] = places[row]!
  })
  return firstOf
}

type Found = Pick<MatchAnswer, 'links' | 'refused' | 'near'>
type NameLinks = (
  found: Found,
  signatureOf: (place: number) => string,
  rowOf: (place: number) => number,
) => Pick<Judgement, 'links' | 'refused'>

/** Gives links between nodes as links between candidates. */
export function linkNamer(naming: Naming): NameLinks {
  const shares = sharesIn(naming)
  const least = bitsAt(naming.model.threshold)
  return ({ links, refused, near }, signatureOf, rowOf) => {
    const judged = (link: Link): JudgedLink => {
      const [one, other] = [naming.firstOf[link.a]!, naming.firstOf[link.b]!]
      const [a, b] = [signatureOf(one), signatureOf(other)]
      const said = { weight: link.bits, shares: shares(link.levels) }
      return a < b
        ? { rows: [rowOf(one), rowOf(other)], a, b, ...said }
        : { rows: [rowOf(other), rowOf(one)], a: b, b: a, ...said }
    }
    const told = 'somebody who says that they are one'
    return {
      links: links.map(judged),
      refused: [
        ...refused.map(({ link, because }) => ({ ...judged(link), because, flips: told })),
        ...near.map(link => ({
          ...judged(link),
          because: 'not enough speaks for it',
          flips: `${(least - link.bits).toFixed(1)} bits more: ${flipsOf(link, naming.model) || 'another record that says both'}`,
        })),
      ],
    }
  }
}

/** What could still turn it: what is missing on either side, if it is the same, or what differs, if it is corrected. */
function flipsOf({ levels }: Link, { comparisons }: Model): string {
  const open = comparisons.filter(({ name }) => levels[name] !== 'equal')
  return open
    .map(({ name }) => (levels[name] === undefined ? `the same ${name} on both` : `${name} corrected`))
    .join(', or ')
}

/** What each level of each comparison is worth, in bits to a hundredth; the same levels are the same list. */
function sharesIn({ model, evidence, trained }: Naming): (levels: Record<string, string>) => readonly Share[] {
  const { comparisons } = joinEvidence(model, evidence)
  const bits = new Map(
    comparisons.map(spec => [spec.name, { levels: spec.levels, bits: levelBits(spec, trained).random }]),
  )
  const known = new Map<string, readonly Share[]>()
  // Links of one pattern have the very same levels.
  const same = new WeakMap<object, readonly Share[]>()
  return levels => {
    let shares = same.get(levels)
    if (shares) return shares
    const key = JSON.stringify(levels)
    shares = known.get(key) ?? Object.entries(levels).map(([field, level]) => shareOf(field, level))
    known.set(key, shares)
    same.set(levels, shares)
    return shares
  }
  function shareOf(field: string, level: string): Share {
    const of = bits.get(field)
    const worth = of ? (of.bits[of.levels.indexOf(level) + 1] ?? 0) : 0
    return { field, level, bits: Math.round(worth * 100) / 100 }
  }
}
