import type { Evidence, WeighedLink } from '@switchboard/core'
import { match } from '../../plugins/identity/engine/match.ts'
import { probabilityAt } from '../../plugins/identity/engine/model.ts'
import { asked, found } from './match-child.ts'
import { modelNamed } from './match-models.ts'
import { generated, readLabelled } from './match-read.ts'
import { reliability, type Bin } from './match-score.ts'

/** Learned from one file, judged on another. */
export interface CalibrationAsk {
  learn: string
  judge: string
  model: string
}

/** What was said of the pairs that were compared, beside the truth. */
export interface CalibrationFound {
  bins: Bin[]
  /** The mean of (said − true)², after Brier. */
  brier: number
}

const edges = [0, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]

const ask = asked<CalibrationAsk>()
const model = await modelNamed(ask.model)
const learned = await readLabelled(ask.learn, model, generated)
const { trained } = await match(learned.table, { model, apart: learned.apart })
const { table, truth, apart } = await readLabelled(ask.judge, model, generated)
let links: readonly WeighedLink[] = []
/** Sees all pairs that were weighed, and drops none. */
const listener: Evidence = { name: 'listener', steps: [{ name: 'listen', run: (_, all) => (links = all) }] }
const { nodes } = await match(table, { model, apart, trained, evidence: [listener] })
const personOf = new Int32Array(nodes.count)
nodes.nodeOf.forEach((node, row) => (personOf[node] = truth.personOf[row]!))
const said = Float64Array.from(links, ({ bits }) => probabilityAt(bits))
const isOne = Uint8Array.from(links, ({ a, b }) => (personOf[a] === personOf[b] ? 1 : 0))
const result: CalibrationFound = {
  bins: reliability(said, isOne, edges),
  brier: said.reduce((sum, one, at) => sum + (one - isOne[at]!) ** 2, 0) / said.length,
}
found(result)
