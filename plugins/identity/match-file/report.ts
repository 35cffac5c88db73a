import type { Evidence } from '@switchboard/core'
import { joinEvidence, type Comparison } from '../engine/evidence.ts'
import { probabilityAt, type Model } from '../engine/model.ts'
import type { Link } from '../engine/match.ts'
import type { Trained } from '../engine/trained.ts'
import { levelBits } from '../engine/weigh.ts'
import { masked } from './masked.ts'
import type { FileMatch } from './file-match.ts'
import { countsOf, largest } from './sizes.ts'

/** What a report is about. */
export interface ReportFile {
  name: string
  model: Model
  evidence?: readonly Evidence[] | undefined
  /** Whether the links of every cluster of several rows are told. */
  isExplained: boolean
}

/**
 * All that is known of a match as JSON, piece by piece: it may be larger than a text can be. Personal values are in it only masked;
 * ids are as they are.
 */
export function* reportJson(file: ReportFile, found: FileMatch): Generator<string> {
  const { answer, labels, truth, timings } = found
  const facts = {
    file: file.name,
    model: file.model,
    counts: countsOf(found),
    trained: trainedShown(file, answer.trained),
    generic: answer.generic.map(({ field, value, signatures }) => ({ field, value: masked(value), signatures })),
    largest: largest(found, 10),
    truth: truth && { threshold: file.model.threshold, ...truth.accuracy, best: truth.best },
    timings: timings.map(({ step, ms }) => ({ step, ms: Math.round(ms) })),
    notes: labels.notes,
  }
  yield `{\n${Object.entries(facts)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')}`)
    .join(',\n')}`
  yield* list('skipped', labels.skipped)
  yield* list('waiting', waiting(found))
  if (file.isExplained) yield* list('clusters', explained(found))
  yield '\n}\n'
}

function* list(name: string, items: Iterable<object>): Generator<string> {
  yield `,\n  "${name}": [`
  let isFirst = true
  for (const item of items) {
    yield `${isFirst ? '' : ','}\n    ${JSON.stringify(item)}`
    isFirst = false
  }
  yield isFirst ? ']' : '\n  ]'
}

function trainedShown({ model, evidence }: ReportFile, trained: Trained): object {
  const { comparisons } = joinEvidence(model, evidence)
  return {
    ...{ version: trained.version, rows: trained.rows, prior: trained.prior, household: trained.household },
    ...{ aliases: trained.aliases, never: trained.never, typical: trained.typical },
    comparisons: Object.fromEntries(comparisons.map(spec => [spec.name, levelsShown(spec, trained)])),
  }
}

/** By level: how often it is found in one person's rows (m) and in anybody's (u), and what it is worth in bits. */
function levelsShown(spec: Comparison, trained: Trained): object {
  const learned = trained.comparisons[spec.name]
  const { random } = levelBits(spec, trained)
  return Object.fromEntries(
    spec.levels.map((level, at) => [
      level,
      { ...(learned && { m: learned.m[level], u: learned.u[level] }), bits: Number(random[at + 1]!.toFixed(2)) },
    ]),
  )
}

function* waiting({ answer, labels, clusterOf }: FileMatch): Generator<object> {
  if (clusterOf.length === 0) return
  for (const [row, because] of answer.unattached) yield { id: labels.ids.text(row), because }
}

/** Every cluster of several rows: its rows, and what holds it together, strongest first. */
function* explained(found: FileMatch): Generator<object> {
  const { clusterOf, labels, answer, rowOfNode } = found
  const rows = new Map<number, number[]>()
  clusterOf.forEach((cluster, row) => {
    if (cluster === row) return
    const members = rows.get(cluster)
    if (members) members.push(row)
    else rows.set(cluster, [row])
  })
  const links = new Map<number, Link[]>()
  for (const link of answer.links) {
    const cluster = clusterOf[rowOfNode[link.a]!]!
    links.set(cluster, [...(links.get(cluster) ?? []), link])
  }
  const id = (row: number): string => labels.ids.text(row)
  for (const [cluster, members] of rows)
    yield {
      cluster: id(cluster),
      rows: [cluster, ...members].map(id),
      links: (links.get(cluster) ?? []).map(link => ({
        ...{ a: id(rowOfNode[link.a]!), b: id(rowOfNode[link.b]!), bits: Number(link.bits.toFixed(2)) },
        probability: Number(probabilityAt(link.bits).toPrecision(6)),
        because: Object.entries(link.levels)
          .map(([name, level]) => `${name} ${level}`)
          .join(', '),
      })),
    }
}
