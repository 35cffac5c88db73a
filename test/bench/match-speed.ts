import { match } from '../../plugins/identity/engine/match.ts'
import { accuracyOf } from '../../plugins/identity/match-file/truth.ts'
import { asked, found } from './match-child.ts'
import { modelNamed } from './match-models.ts'
import { generated, readLabelled } from './match-read.ts'

/** One file of the generator under one model. */
export interface SpeedAsk {
  file: string
  model: string
}

/** How long it took. */
export interface SpeedFound {
  rows: number
  /** Reading, cleaning and numbering the file: until records are in memory. */
  readMs: number
  /** From records in memory to clusters, training included. */
  matchMs: number
  steps: { step: string; ms: number }[]
  f1: number
}

const { file, model: name } = asked<SpeedAsk>()
const model = await modelNamed(name)
const { table, truth, apart, readMs } = await readLabelled(file, model, generated)
const startedAt = performance.now()
const { clusterOf, timings } = await match(table, { model, apart })
const matchMs = performance.now() - startedAt
const result: SpeedFound = {
  ...{ rows: table.count, readMs, matchMs, steps: timings, f1: accuracyOf(clusterOf, truth.personOf).f1 },
}
found(result)
