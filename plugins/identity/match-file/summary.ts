import type { FileMatch } from './file-match.ts'
import { masked } from './masked.ts'
import { countsOf, largest } from './sizes.ts'
import type { Accuracy } from './truth.ts'

/** Some lines on what came of a file, for a person. */
export function summaryOf(model: { name: string; threshold: number }, found: FileMatch): string {
  const counts = countsOf(found)
  const { answer, truth } = found
  const seconds = found.timings.reduce((sum, { ms }) => sum + ms, 0) / 1000
  const lines = [
    `${number(counts.rows)} rows read, ${number(counts.clusters)} people, ${number(counts.several)} of them with several rows (${seconds.toFixed(1)} s)`,
    `  model         ${model.name}, one person above ${model.threshold}`,
    `  skipped       ${number(counts.skipped)}`,
    `  unmatchable   ${number(counts.unmatchable)} (nothing to match them by: alone)`,
    `  weak          ${number(counts.weak)} (one detail and nothing else)`,
    `  waiting       ${number(counts.waiting)} (weak, or could be either of two people)`,
    ...genericLines(answer.generic),
    ...listed(
      'largest',
      largest(found, 10).map(({ id, rows }) => `${number(rows)} rows  ${id}`),
    ),
    ...(truth ? truthLines(model.threshold, truth) : []),
  ]
  return lines.join('\n')
}

function genericLines(generic: FileMatch['answer']['generic']): string[] {
  const sorted = [...generic].sort((a, b) => b.signatures - a.signatures)
  const lines = sorted
    .slice(0, 10)
    .map(({ field, value, signatures }) => `${field} ${masked(value)}  ${number(signatures)} different people`)
  return listed('generic', generic.length > 10 ? [...lines, `and ${number(generic.length - 10)} more`] : lines)
}

/** Lines under a heading, which stands beside the first. */
function listed(heading: string, lines: readonly string[]): string[] {
  return lines.map((line, at) => `  ${(at === 0 ? heading : '').padEnd(12)}  ${line}`)
}

function truthLines(threshold: number, { accuracy, best }: NonNullable<FileMatch['truth']>): string[] {
  const row = (name: string, at: number, { precision, recall, f1, bcubed }: Accuracy): string =>
    [
      name.padEnd(8),
      String(at).padEnd(9),
      ...[precision, recall, f1, bcubed.precision, bcubed.recall, bcubed.f1].map(share => share.toFixed(4)),
    ].join('  ')
  return [
    '',
    `  ${['truth'.padEnd(8), 'threshold', ...['P', 'R', 'F1', 'B³ P', 'B³ R', 'B³ F1'].map(name => name.padEnd(6))].join('  ').trimEnd()}`,
    `  ${row('here', threshold, accuracy)}`,
    `  ${row('best', best.threshold, best.accuracy)}`,
    `  ${number(accuracy.pairs.right)} pairs right of ${number(accuracy.pairs.found)} found and ${number(accuracy.pairs.true)} true, in ${number(accuracy.rows)} rows`,
  ]
}

function number(value: number): string {
  return new Intl.NumberFormat('en-AU').format(value)
}
