import type { CalibrationAsk, CalibrationFound } from './match-calibration.ts'
import { inChild } from './match-child.ts'
import { generatedFile } from './match-files.ts'
import type { MatchBench } from './match-bench.ts'

/** Whether 0.9 means nine of ten: the model people, learned from one crowd, judged on another. */
export async function calibrationTables({ folder, show, say }: MatchBench): Promise<void> {
  const learn = await generatedFile(folder, { rows: 100_000, seed: 103 })
  const judge = await generatedFile(folder, { rows: 100_000, seed: 106 })
  const ask: CalibrationAsk = { learn, judge, model: 'people' }
  const outcome = await inChild<CalibrationFound>('match-calibration.ts', ask)
  if ('stopped' in outcome) return say(`calibration: ${outcome.stopped}`)
  const { bins, brier } = outcome.found
  show(
    `Reliability: pairs that were compared, by the probability they were given; Brier score ${brier.toFixed(4)}`,
    bins.map(({ from, to, pairs, said, found }) => ({
      probability: `${from} – ${to}`,
      pairs,
      'said, mean': pairs === 0 ? '' : said.toFixed(5),
      'are one': pairs === 0 ? '' : found.toFixed(5),
    })),
  )
}
