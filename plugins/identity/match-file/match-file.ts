import type { Evidence } from '@switchboard/core'
import { matchAnew, type MatchAnswer, type MatchAsk, type Matched } from '../engine/match.ts'
import type { Model } from '../engine/model.ts'
import { standing, standingsOf } from '../engine/weak.ts'
import { readFile, type FileAsk } from './read-file.ts'
import type { Labels } from './collect.ts'
import type { FileMatch } from './file-match.ts'
import { bestThreshold } from './best-threshold.ts'
import { accuracyOf } from './truth.ts'

export { defineModel, modelSchema, type Model, type ModelOptions } from '../engine/model.ts'
export { people } from '../engine/models/people.ts'
export { reference } from '../engine/models/reference.ts'
export { clustersCsv } from './clusters-csv.ts'
export type { FileMatch } from './file-match.ts'
export { encodings, type Encoding } from './decode.ts'
export { reportJson, type ReportFile } from './report.ts'
export { summaryOf } from './summary.ts'
export type { Accuracy } from './truth.ts'
export type { Best } from './best-threshold.ts'
export type { Labels, Skipped } from './collect.ts'

/** A file to match. */
export interface MatchFileAsk extends Omit<FileAsk, 'onRead'> {
  evidence?: readonly Evidence[] | undefined
  /** Told how far it is: the rows so far while reading, then each step and the share of the work that is done. */
  progress?(step: string, far: { rows: number; bytes: number } | { share: number }): void
}

/**
 * Says which rows of a file are one person. Every row is in a cluster or among `labels.skipped`.
 * @throws HubError when nothing can be done with the file
 */
export async function matchFile(ask: MatchFileAsk): Promise<FileMatch> {
  const { model, evidence, progress } = ask
  const timings: FileMatch['timings'] = []
  const start = performance.now()
  const { table, labels } = await readFile({ ...ask, onRead: read => progress?.('read', read) })
  timings.push({ step: 'read', ms: performance.now() - start })
  const wish: MatchAsk = {
    model,
    evidence,
    apart: labels.partners,
    progress: (step, share) => progress?.(step, { share }),
  }
  const { answer, clusterAt } = matchAnew(table, wish)
  timings.push(...answer.timings)
  const found = {
    labels,
    answer,
    clusterOf: named(answer.clusterOf, labels),
    standings: countStandings(answer, ask.model),
  }
  const truth = ask.truth === undefined ? null : score(ask.model, clusterAt, { ...found, timings })
  return { ...found, rowOfNode: rowsOfNodes(answer), truth, timings }
}

/** Names each cluster after the id that comes first, so that the name does not depend on the order of the rows. */
function named(clusterOf: Int32Array, { ids }: Labels): Int32Array {
  const first = Int32Array.from(clusterOf, (_, row) => row)
  clusterOf.forEach((cluster, row) => {
    if (cluster !== row && ids.compare(row, first[cluster]!) < 0) first[cluster] = row
  })
  return clusterOf.map(cluster => first[cluster]!)
}

function score(
  { threshold: own }: Model,
  clusterAt: Matched['clusterAt'],
  { labels, clusterOf, timings }: Pick<FileMatch, 'labels' | 'clusterOf' | 'timings'>,
): FileMatch['truth'] {
  const start = performance.now()
  const accuracy = accuracyOf(clusterOf, labels.persons)
  const best = bestThreshold({ threshold: own, accuracy, rows: clusterOf.length }, threshold =>
    accuracyOf(clusterAt(threshold), labels.persons),
  )
  timings.push({ step: 'score', ms: performance.now() - start })
  return { accuracy, best }
}

function countStandings({ nodes }: MatchAnswer, model: Model): FileMatch['standings'] {
  const standings = standingsOf(nodes, model)
  const counts = { unmatchable: 0, weak: 0 }
  for (const node of nodes.nodeOf) {
    if (standings[node] === standing.none) counts.unmatchable++
    if (standings[node] === standing.weak) counts.weak++
  }
  return counts
}

function rowsOfNodes({ nodes }: MatchAnswer): Int32Array {
  const rows = new Int32Array(nodes.count).fill(-1)
  nodes.nodeOf.forEach((node, row) => {
    if (rows[node] === -1) rows[node] = row
  })
  return rows
}
