import { matchAnew } from '../../plugins/identity/engine/match.ts'
import { bestThreshold } from '../../plugins/identity/match-file/best-threshold.ts'
import { accuracyOf, type Accuracy } from '../../plugins/identity/match-file/truth.ts'
import { asked, found } from './match-child.ts'
import { modelNamed } from './match-models.ts'
import { readLabelled, textOf, type TruthColumns } from './match-read.ts'
import { ceiling, couplesOf, type CoupleAccuracy, type Truth } from './match-score.ts'

/** One labelled set under one model. */
export interface AccuracyAsk {
  file: string
  labels: TruthColumns
  model: string
}

/** How well it went at 0.99, at the threshold of the model, and at the threshold with the best pairwise F1. */
export interface AccuracyFound {
  rows: number
  /** Rows of a giant account are matched, but scored for themselves. */
  at099: Accuracy
  /** At the threshold of the model. */
  own: { threshold: number; accuracy: Accuracy }
  best: { threshold: number; accuracy: Accuracy }
  /** At the threshold of the model; null where there are none. */
  couples: CoupleAccuracy | null
  /** Of all pairs of a giant account's rows that are not of one person, the share kept apart, at the threshold of the model; null without such an account. */
  giantApart: number | null
  /** The recall that contacts alone allow; null for data without any. */
  reachable: number | null
}

const ask = asked<AccuracyAsk>()
const model = await modelNamed(ask.model)
const { table, apart, isGiant, ...people } = await readLabelled(ask.file, model, ask.labels)
const truth: Truth = {
  ...people.truth,
  personOf: people.truth.personOf.map((person, row) => (isGiant[row] ? -1 : person)),
}
const { answer: own, clusterAt } = matchAnew(table, { model, apart })
const accuracyAt = (threshold: number): Accuracy => accuracyOf(clusterAt(threshold), truth.personOf)
const at099 = accuracyAt(0.99)
const best = bestThreshold({ threshold: 0.99, accuracy: at099, rows: table.count }, accuracyAt)
const result: AccuracyFound = {
  ...{ rows: table.count, at099, best },
  own: { threshold: model.threshold, accuracy: accuracyOf(own.clusterOf, truth.personOf) },
  couples: couplesOf(own.clusterOf, truth),
  giantApart: giantApart(own.clusterOf),
  reachable: reachable(),
}
found(result)

function reachable(): number | null {
  const contacts = ['email', 'phone'].filter(field => field in table.fields)
  if (contacts.length < 2) return null
  return ceiling(truth, row => contacts.map(field => textOf(table, field, row)).filter(text => text !== null)).recall
}

function giantApart(clusterOf: Int32Array): number | null {
  const { pairs, rows } = accuracyOf(
    clusterOf,
    people.truth.personOf.map((person, row) => (isGiant[row] ? person : -1)),
  )
  const others = (rows * (rows - 1)) / 2 - pairs.true
  return rows === 0 ? null : 1 - (pairs.found - pairs.right) / others
}
