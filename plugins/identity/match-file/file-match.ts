import type { MatchAnswer } from '../engine/match.ts'
import type { Best } from './best-threshold.ts'
import type { Labels } from './collect.ts'
import type { Accuracy } from './truth.ts'

/** A file, matched. */
export interface FileMatch {
  labels: Labels
  answer: MatchAnswer
  /** For each row of the file the row that its cluster is named after: the one whose id comes first in the order of text. */
  clusterOf: Int32Array
  /** For each row what it has to be matched by: nothing, exactly one identity field and nothing else, or enough. */
  standings: { unmatchable: number; weak: number }
  /** Which rows of the file a node of the answer stands for first. */
  rowOfNode: Int32Array
  truth: { accuracy: Accuracy; best: Best } | null
  timings: { step: string; ms: number }[]
}
