import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TruthColumns } from './match-read.ts'
import { csvOf, people, type PeopleAsk } from './people.ts'

/** Writes the generator's rows to a file of the folder, once. @returns its path */
export async function generatedFile(folder: string, ask: PeopleAsk): Promise<string> {
  const { rows, seed, mix = 'usual', giant = 0 } = ask
  const file = join(folder, `people-${rows}-${seed}-${mix}-${giant}.csv`)
  if (!(await exists(file))) await pipeline(Readable.from(csvOf(people(ask))), createWriteStream(file))
  return file
}

/** A labelled set as others publish it, in a folder of them. */
export interface LabelledSet {
  name: string
  file: string
  labels: TruthColumns
  /** Its own model, in `config/models`. */
  model: string
}

const sets: readonly LabelledSet[] = [
  { name: 'febrl1', file: 'febrl/dataset1.csv', labels: { id: 'rec_id', person: null }, model: 'febrl' },
  { name: 'febrl3', file: 'febrl/dataset3.csv', labels: { id: 'rec_id', person: null }, model: 'febrl' },
  { name: 'fake_1000', file: 'fake_1000/records.csv', labels: { id: 'rec_id', person: 'cluster' }, model: 'fake' },
  {
    name: 'senzing truth set, persons',
    file: 'senzing-truthset/records.csv',
    labels: { id: 'rec_id', person: 'cluster', unscored: { column: 'record_type', says: 'ORGANIZATION' } },
    model: 'senzing',
  },
]

/** Those of the known sets that are in the folder, and the names of those that are not. */
export async function labelledSets(folder: string): Promise<{ there: LabelledSet[]; lacking: string[] }> {
  const found = await Promise.all(sets.map(async set => ({ set, isThere: await exists(join(folder, set.file)) })))
  return {
    there: found.filter(({ isThere }) => isThere).map(({ set }) => ({ ...set, file: join(folder, set.file) })),
    lacking: found.filter(({ isThere }) => !isThere).map(({ set }) => set.file),
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    it => it.isFile(),
    () => false,
  )
}
