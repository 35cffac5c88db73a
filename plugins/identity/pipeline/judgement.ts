import type { Trained } from '../engine/trained.ts'

/** One field's part in a comparison. */
export interface Share {
  field: string
  level: string
  bits: number
}

/** Two signatures that were compared, with the places of two candidates that have them. */
export interface JudgedLink {
  /** Places in the list of candidates. */
  rows: readonly [number, number]
  a: string
  b: string
  weight: number
  shares: readonly Share[]
}

/** Who is one person with whom. */
export interface Judgement {
  /** By what it was judged: what was handed in, or was learned on the way. */
  trained: Trained
  /** For each candidate the first of its cluster. */
  clusterOf: Int32Array
  /** What holds the clusters together, strongest first: a spanning tree each. */
  links: readonly JudgedLink[]
  /** Who is nearly one person, with the reason why not, best first. */
  refused: readonly (JudgedLink & { because: string; flips: string })[]
  /** Why a candidate is in no cluster with others although it has to be, by its place. */
  waits: ReadonlyMap<number, string>
  /** Keys that were generic in this match. */
  generic: readonly { field: string; value: string; signatures: number }[]
}
