import { createWriteStream } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
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
  /** Where it is two files, which are linked with each other, it is matched as one. */
  files: readonly string[]
  labels: TruthColumns
  /** Its own model, in `config/models`. */
  model: string
}

const sets: readonly LabelledSet[] = [
  { name: 'febrl1', files: ['febrl/dataset1.csv'], labels: { id: 'rec_id', person: null }, model: 'febrl' },
  { name: 'febrl3', files: ['febrl/dataset3.csv'], labels: { id: 'rec_id', person: null }, model: 'febrl' },
  {
    name: 'febrl4',
    files: ['febrl/dataset4a.csv', 'febrl/dataset4b.csv'],
    labels: { id: 'rec_id', person: null },
    model: 'febrl',
  },
  { name: 'fake_1000', files: ['fake_1000/records.csv'], labels: { id: 'rec_id', person: 'cluster' }, model: 'fake' },
  {
    name: 'senzing truth set, persons',
    files: ['senzing-truthset/records.csv'],
    labels: { id: 'rec_id', person: 'cluster', unscored: { column: 'record_type', says: 'ORGANIZATION' } },
    model: 'senzing',
  },
]

/**
 * Those of the known sets that are in a folder, each as one file, and the names of the files that are not there.
 * @param made where files may be written
 */
export async function labelledSets(folder: string, made: string): Promise<{ there: FoundSet[]; lacking: string[] }> {
  const there: FoundSet[] = []
  const lacking: string[] = []
  for (const { files, ...set } of sets) {
    const paths = files.map(file => join(folder, file))
    const isThere = await Promise.all(paths.map(exists))
    if (isThere.every(Boolean)) there.push({ ...set, file: await asOne(paths, join(made, `${set.name}.csv`)) })
    else lacking.push(...files.filter((_, at) => !isThere[at]))
  }
  return { there, lacking }
}

/** A labelled set that is there, as one file. */
export type FoundSet = Omit<LabelledSet, 'files'> & { file: string }

/** Several files with one header as one file. @throws when their headers differ */
async function asOne(paths: readonly string[], made: string): Promise<string> {
  const [only, ...others] = paths
  if (others.length === 0) return only!
  const texts = await Promise.all(paths.map(path => readFile(path, 'utf8')))
  const bodies = texts.map(text => text.slice(text.indexOf('\n') + 1).trimEnd())
  const [header, ...headers] = texts.map(text => text.slice(0, text.indexOf('\n')).trim())
  if (headers.some(one => one !== header)) throw new Error(`${paths.join(' and ')} have different columns`)
  await writeFile(made, `${[header, ...bodies].join('\n')}\n`)
  return made
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    it => it.isFile(),
    () => false,
  )
}
