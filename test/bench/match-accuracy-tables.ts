import type { AccuracyAsk, AccuracyFound } from './match-accuracy.ts'
import { inChild } from './match-child.ts'
import { generatedFile, labelledSets } from './match-files.ts'
import { generated } from './match-read.ts'
import type { TableRow } from './match-table.ts'
import type { MatchBench } from './match-bench.ts'
import type { PeopleAsk } from './people.ts'

/** Other seeds than anything was written with. */
const invented: readonly { name: string; ask: PeopleAsk }[] = [
  { name: 'invented, mild', ask: { rows: 100_000, seed: 101, mix: 'mild' } },
  { name: 'invented, usual', ask: { rows: 100_000, seed: 102 } },
  { name: 'invented, usual, another seed', ask: { rows: 100_000, seed: 103 } },
  { name: 'the same with a giant account of 5,000', ask: { rows: 100_000, seed: 103, giant: 5000 } },
  { name: 'invented, harsh', ask: { rows: 100_000, seed: 104, mix: 'harsh' } },
  { name: 'invented, usual, 10,000 rows', ask: { rows: 10_000, seed: 105 } },
]

/** Labelled sets under their own models, and invented people under the two that ship. */
export async function accuracyTables(bench: MatchBench): Promise<void> {
  const cases: (AccuracyAsk & { name: string })[] = await published(bench)
  for (const { name, ask } of invented) {
    const file = await generatedFile(bench.folder, ask)
    for (const model of ['reference', 'people']) cases.push({ name, file, labels: generated, model })
  }
  const pairs: TableRow[] = []
  const couples: TableRow[] = []
  for (const { name, ...ask } of cases) {
    const what = { set: name, model: ask.model }
    const outcome = await inChild<AccuracyFound>('match-accuracy.ts', ask)
    if ('stopped' in outcome) {
      bench.say(`${name}, ${ask.model}: ${outcome.stopped}`)
      pairs.push({ ...what, '': outcome.stopped })
      continue
    }
    bench.say(`${name}, ${ask.model}: F1 ${four(outcome.found.own.accuracy.f1)}`)
    pairs.push({ ...what, ...pairColumns(outcome.found) })
    if (outcome.found.couples) couples.push({ ...what, ...coupleColumns(outcome.found) })
  }
  bench.show('Accuracy: pairwise at 0.99, at the threshold of the model, and at the one with the best F1', pairs)
  bench.show('Couples and the giant account, at the threshold of the model', couples)
}

async function published({ data, folder, say }: MatchBench): Promise<(AccuracyAsk & { name: string })[]> {
  if (data === undefined) {
    say('SKIPPED: labelled sets. Name their folder: --data <folder>, or LABELLED_DATA')
    return []
  }
  const { there, lacking } = await labelledSets(data, folder)
  for (const file of lacking) say(`SKIPPED: ${file} is not in ${data}`)
  return there
}

function pairColumns({ rows, at099, own, best, reachable }: AccuracyFound): TableRow {
  return {
    rows,
    ...{ 'P at 0.99': four(at099.precision), 'R at 0.99': four(at099.recall), 'F1 at 0.99': four(at099.f1) },
    ...{ 'B³ at 0.99': four(at099.bcubed.f1), 'own threshold': String(own.threshold) },
    ...{ P: four(own.accuracy.precision), R: four(own.accuracy.recall), F1: four(own.accuracy.f1) },
    ...{ 'B³': four(own.accuracy.bcubed.f1), 'best F1': four(best.accuracy.f1), at: String(best.threshold) },
    'R reachable': four(reachable),
  }
}

function coupleColumns({ couples, giantApart }: AccuracyFound): TableRow {
  return {
    couples: couples?.couples,
    'pairs apart': four(couples?.pairsApart),
    'couples apart': four(couples?.couplesApart),
    'couples F1': four(couples?.f1),
    'giant account: pairs apart': four(giantApart),
  }
}

function four(share: number | null | undefined): string {
  return share == null ? '' : share.toFixed(4)
}
