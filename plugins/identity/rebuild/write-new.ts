import { mostNews, putNew } from '../change-store.ts'
import { addCounts, countsOf, noCounts, type MatchCounts } from '../counts.ts'
import type { StoredCandidate } from '../pipeline/candidate.ts'
import { changesOf, type News } from '../pipeline/changes.ts'
import { nobody } from '../pipeline/gather.ts'
import { linkNamer } from '../pipeline/judge.ts'
import type { IdentityOptions } from '../settings.ts'
import type { Connection } from './bulk-store.ts'
import type { Decided } from './decided.ts'
import { maker, type Material, type Plenty } from './make-people.ts'
import { readerOf, type People, type Said } from './snapshot.ts'
import { stagingOn, type Staging } from './stage.ts'

/** What was written where nobody was. */
export interface WrittenNew {
  counts: MatchCounts
  /** What is to be told; of more than can be told one by one, only that they are more. */
  news: News[]
}

/** Batches that threads share: each takes the next one that none has taken. */
export interface Batches {
  all: readonly Plenty[]
  /** How many were taken, in memory that threads share. */
  taken: Int32Array
}

/** Writes batches, one after the other, until none is left. @param onBatch told before each */
export async function writeNew(
  material: Material & { at: Date },
  { all, taken }: Batches,
  staging: Staging,
  onBatch: (place: number) => void | Promise<void>,
): Promise<WrittenNew> {
  const make = maker(material)
  const written: WrittenNew = { counts: noCounts(), news: [] }
  const { at, settings } = material
  for (let place = Atomics.add(taken, 0, 1); place < all.length; place = Atomics.add(taken, 0, 1)) {
    await onBatch(place)
    const made = await make(all[place]!, nobody)
    const changes = changesOf(made, settings.options.cap)
    // Of whom nobody was before it is known what they say.
    await staging.writeSaid(changes.candidates.put as (StoredCandidate & Said)[])
    await putNew(changes, at, staging)
    addCounts(written.counts, countsOf(made, changes))
    if (written.news.length <= mostNews) written.news.push(...changes.news)
  }
  await staging.end()
  return written
}

/** What another thread writes, and what it goes by. Plain values only. */
export interface NewCharge {
  url: string
  options: IdentityOptions
  at: Date
  people: People
  decided: Pick<Decided, 'trained' | 'generic' | 'clusterOf' | 'waits' | 'firstOf'>
  batches: Batches
}

/** Writes those of the batches that the other thread does not take. */
export async function writeElsewhere(connection: Connection, charge: NewCharge): Promise<WrittenNew> {
  const { options, at, people, decided, batches } = charge
  const name = linkNamer({ model: options.model, evidence: [], trained: decided.trained, firstOf: decided.firstOf })
  const settings = { options, evidence: [] }
  const material = { snapshot: readerOf(people), decided: { ...decided, name }, settings, at }
  return writeNew(material, batches, await stagingOn(connection), () => {})
}
