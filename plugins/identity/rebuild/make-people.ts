import { idMaker, type Region } from '@switchboard/core'
import type { Candidate } from '../pipeline/candidate.ts'
import { comparing } from '../pipeline/gather.ts'
import type { Judgement } from '../pipeline/judgement.ts'
import type { Before, Compared, Made, SourceRow } from '../pipeline/made.ts'
import { readingOf } from '../pipeline/reading.ts'
import type { Tools } from '../pipeline/step.ts'
import { runOn } from '../pipeline/steps.ts'
import type { Batch, Decided } from './decided.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import type { PeopleReader } from './snapshot.ts'

/** Of whom people are made, and what was decided about them. */
export interface Material {
  snapshot: PeopleReader
  decided: Pick<Decided, 'trained' | 'generic' | 'clusterOf' | 'waits' | 'name'>
  settings: Pick<RebuildSettings, 'options' | 'evidence' | 'signal'>
}

/** A batch as far as people are made of it. */
export type Plenty = Omit<Batch, 'groups'>

/** The steps that a rebuild has done for everybody by then. */
const done = new Set(['ingest', 'clean', 'gather', 'match', 'generic'])

/** A record of which nothing is asked any more: they are only counted. */
const unread = {} as SourceRow

/** Makes batches into people, as the steps do it. */
export function maker({ snapshot, decided, settings }: Material): (batch: Plenty, before: Before) => Promise<Made> {
  const { options, evidence } = settings
  const reading = readingOf(options.model, evidence, decided.trained)
  const newId = idMaker()
  const tools: Tools = {
    newId,
    ...{ ...options, evidence, reading, trained: decided.trained, isWhole: true, region: options.region as Region },
    neighbours: () => Promise.reject(new Error('everybody is here already')),
  }
  const steps = options.steps.filter(name => !done.has(name))
  const named = namer(snapshot, newId)
  const localOf = new Int32Array(snapshot.record.length)
  const genericIn = genericFinder(decided)
  return (batch, before) => {
    const rows = linesOf(batch, snapshot).map(() => unread)
    const candidates = named(batch, before).map(one => comparing(one, reading))
    batch.places.forEach((place, at) => (localOf[place] = at))
    const generic = genericIn(candidates)
    const begun = { rows, before: { ...before, generic }, candidates, generic, dropped: 0 }
    const judgement = judgementOf(batch, candidates, { decided, localOf })
    return runOn({ ...begun, judgement } as unknown as Made, steps, tools, settings.signal)
  }
}

/** The lines of the records of a batch, each once: places of one record stand together. */
export function linesOf({ places }: Plenty, { record }: Pick<PeopleReader, 'record'>): number[] {
  return [...new Set(Int32Array.from(places, at => record[at]!))]
}

/** Gives the candidates of batches, in the order of the places, with the ids they have. */
function namer(snapshot: Material['snapshot'], newId: () => string): (batch: Plenty, before: Before) => Candidate[] {
  return ({ places }, before) => {
    const stored = new Map(before.candidates.map(({ recordId, position, id }) => [`${recordId}:${position}`, id]))
    if (stored.size === 0) return Array.from(places, place => snapshot.told(place, newId()))
    const { idAt, record, position } = snapshot
    return Array.from(places, place =>
      snapshot.at(place, stored.get(`${idAt(record[place]!)}:${position[place]!}`) ?? newId()),
    )
  }
}

/** Finds the generic keys that somebody of a batch has. */
function genericFinder({ generic }: Pick<Decided, 'generic'>): (candidates: readonly Compared[]) => Made['generic'] {
  const asked = new Set(generic.map(({ key }) => key))
  return candidates => {
    if (generic.length === 0) return []
    const here = new Set<string>()
    for (const { plainKeys } of candidates) for (const key of plainKeys) if (asked.has(key)) here.add(key)
    return here.size === 0 ? [] : generic.filter(({ key }) => here.has(key))
  }
}

function judgementOf(
  batch: Plenty,
  candidates: readonly Compared[],
  { decided, localOf }: { decided: Material['decided']; localOf: Int32Array },
): Judgement {
  const { trained, clusterOf, waits, name } = decided
  return {
    ...{ trained, generic: [] },
    clusterOf: batch.places.map(at => localOf[clusterOf[at]!]!),
    waits: waitsIn(batch, waits),
    ...name(
      batch,
      place => candidates[localOf[place]!]!.signature,
      place => localOf[place]!,
    ),
  }
}

/** Why those of a batch wait who do, by their place in it. */
function waitsIn({ places }: Plenty, waits: Decided['waits']): Map<number, string> {
  const here = new Map<number, string>()
  if (waits.size === 0) return here
  for (let at = 0; at < places.length; at++) {
    const why = waits.get(places[at]!)
    if (why !== undefined) here.set(at, why)
  }
  return here
}
