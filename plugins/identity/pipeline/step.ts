import type { Evidence, Region } from '@switchboard/core'
import type { MatchAsk } from '../engine/match.ts'
import type { Model } from '../engine/model.ts'
import type { Trained } from '../engine/trained.ts'
import type { Candidate } from './candidate.ts'
import type { Made } from './made.ts'
import type { Reading } from './reading.ts'

/** What steps are handed besides what others made. */
export interface Tools {
  model: Model
  /** What plugins add to how people are told apart. */
  evidence: readonly Evidence[]
  /** What was learned; where there is none, the engine learns from whom it is asked about. */
  trained: Trained | undefined
  /** First names that people's answers put together or apart, for where there is nothing learned. */
  names?: MatchAsk['names']
  /** What of a candidate is compared. */
  reading: Reading
  /** Above so many different people an email or phone is generic. */
  cap: number
  /** Whether everybody there is is looked at. */
  isWhole: boolean
  /** Where phones without a country code are from. */
  region: Region
  /** How much a source's word counts for names, emails and phones; 1 when it is not listed. */
  reliability: Readonly<Record<string, number>>
  /** Makes ids, for whoever needs very many. */
  newId?(): string
  /** Everything connected with the fresh candidates, as it was stored, and the fresh ones with their ids. */
  neighbours(fresh: Made['fresh']): Promise<{ before: Made['before']; named: Candidate[] }>
}

/** One step of the pipeline: a plain function from what was made to what it makes. */
export interface Step {
  name: string
  needs: readonly (keyof Made)[]
  makes: readonly (keyof Made)[]
  run(made: Made, tools: Tools): Partial<Made> | Promise<Partial<Made>>
}

/** Describes a step, whose function sees only what it says it needs. */
export function step<Needs extends keyof Made, Makes extends keyof Made>(described: {
  name: string
  needs: readonly Needs[]
  makes: readonly Makes[]
  run(made: Pick<Made, Needs>, tools: Tools): Pick<Made, Makes> | Promise<Pick<Made, Makes>>
}): Step {
  return described
}
