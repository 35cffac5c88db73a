import type { Candidate } from './candidate.ts'
import type { GenericKey } from '../engine/block.ts'
import type { Compared, Decisions, GenericState } from './made.ts'
import { keysOf, readingOf } from './reading.ts'
import { isClosed } from './generic.ts'
import { judge } from './judge.ts'
import { step } from './step.ts'

/** Decides who is one person: the engine, asked with what records, people and generic keys say besides. */
export const matched = step({
  name: 'match',
  needs: ['candidates', 'before'],
  makes: ['judgement', 'candidates'],
  run: ({ candidates, before }, { model, cap, evidence, trained, names }) => {
    const judgement = judge(candidates, {
      ...{ model: { ...model, cap }, evidence, trained, ...(names && { names }) },
      apart: [...apartIn(candidates, model.apart), ...placesOf(before.decisions.apart, candidates)],
      together: placesOf(before.decisions.together, candidates),
      generic: heldKeys(before.generic, cap),
    })
    if (trained) return { judgement, candidates }
    // Which names are rare enough to be found by is only known now.
    const reading = readingOf(model, evidence, judgement.trained)
    return { judgement, candidates: candidates.map(one => ({ ...one, plainKeys: keysOf(one, one.values, reading) })) }
  },
})

/** The keys that are generic whoever is here, as the engine names them. */
export function heldKeys(generic: readonly GenericState[], cap: number): GenericKey[] {
  return generic
    .filter(one => isClosed(one, cap))
    .map(({ key, field, signatures }) => ({ field, value: key.slice(field.length + 1), signatures, isHeld: true }))
}

type RolePairs = readonly (readonly [string, string])[]

/** Whether one record names these two as two people. */
export function areApart(a: Pick<Candidate, 'role'>, b: Pick<Candidate, 'role'>, apart: RolePairs): boolean {
  return apart.some(([one, other]) => (a.role === one && b.role === other) || (a.role === other && b.role === one))
}

/** The pairs of candidates, by place, that some record names as two people. */
export function apartIn(
  candidates: readonly Pick<Candidate, 'role' | 'recordId'>[],
  apart: RolePairs,
): [number, number][] {
  const roles = new Set(apart.flat())
  const concerned = [...candidates.keys()].filter(at => roles.has(candidates[at]!.role))
  const byRecord = Map.groupBy(concerned, at => candidates[at]!.recordId)
  return [...byRecord.values()].flatMap(places =>
    places.flatMap((one, at) =>
      places
        .slice(at + 1)
        .filter(other => areApart(candidates[one]!, candidates[other]!, apart))
        .map((other): [number, number] => [one, other]),
    ),
  )
}

/** Pairs of ids as pairs of places; pairs of which one is not here say nothing here. */
function placesOf(pairs: Decisions['apart'], candidates: readonly Compared[]): [number, number][] {
  if (pairs.length === 0) return []
  const place = new Map(candidates.map(({ id }, at) => [id, at]))
  return pairs.flatMap(([a, b]): [number, number][] => {
    const [one, other] = [place.get(a), place.get(b)]
    return one === undefined || other === undefined ? [] : [[one, other]]
  })
}
