import { Command, InvalidArgumentError, Option } from 'commander'
import { HubError, messageOf, OptionError, type Region } from '@switchboard/core'
import { encodings, matchFile, summaryOf, type Encoding, type FileMatch } from '@switchboard/identity/match-file'
import { readEnvironment } from '../env.ts'
import { loadEvidence } from '../load-evidence.ts'
import { loadModel, modelNames } from '../load-model.ts'
import { checkPaths, openInput, writeClusters, writeReport } from '../match-paths.ts'
import { matchProgress } from '../match-progress.ts'
import { count } from '../progress.ts'

/** What `hub match` was asked. */
export interface MatchOptions {
  model: string
  out?: string
  report?: string
  id?: string
  truth?: string
  threshold?: number
  with: string[]
  region: string
  encoding?: Encoding
  explain?: boolean
  progress?: boolean
  timings?: boolean
}

/** `hub match`: says which rows of a file are one person. */
export function matchCommand(): Command {
  return new Command('match')
    .description('say which rows of a file (CSV, NDJSON, Parquet) are one person')
    .argument('<file>', 'the file; - is standard input')
    .option(
      '--model <name|path>',
      `what counts as evidence: ${modelNames().join(', ')}, or a .ts or .json file`,
      'people',
    )
    .option('--out <file>', 'write id,cluster as CSV here; - is standard output')
    .option('--report <file>', 'write all that is known of it as JSON here')
    .option('--explain', 'tell in the report what holds each cluster together')
    .option('--threshold <p>', "two are one above this probability (default: the model's)", probability)
    .option('--truth <column>', 'score against this column; nothing is matched by it')
    .option('--id <column>', 'the column with the ids (default: id, rec_id, record_id or unique_id)')
    .option(
      '--with <plugin>',
      'add the evidence of a plugin, such as match-address; may be given several times',
      listed,
      [],
    )
    .option('--region <country>', 'where a phone without a country code is from', country, 'AU')
    .addOption(new Option('--encoding <name>', 'what the file is in where nothing else tells').choices(encodings))
    .option('--progress', 'show how far it is (default on a terminal)')
    .option('--timings', 'print one JSON line for each step on standard error')
    .action(match)
}

/** Ends with 0 when all rows were matched, 1 when some were skipped, 2 when nothing could be done. */
async function match(path: string, options: MatchOptions): Promise<void> {
  try {
    const model = await loadModel(options.model)
    await run(path, options, { ...model, threshold: options.threshold ?? model.threshold })
  } catch (error) {
    const isOfFile = (error instanceof HubError && !(error instanceof OptionError)) || isFromSystem(error)
    if (!isOfFile) throw error
    console.error(`${path}: ${messageOf(error)}`)
    process.exitCode = 2
  }
}

async function run(path: string, options: MatchOptions, model: Awaited<ReturnType<typeof loadModel>>): Promise<void> {
  const evidence = await loadEvidence(options.with)
  checkPaths(path, options)
  const { name, size, pieces } = openInput(path)
  const { isPlain } = readEnvironment()
  const { id, truth, encoding } = options
  const progress = matchProgress(process.stderr, { isPlain, isWanted: options.progress === true, size })
  const file = { name, pieces, model, evidence, id, truth, encoding, region: options.region as Region }
  const found = await matchFile({ ...file, progress: progress.show }).finally(progress.close)
  await writeClusters(options.out, found)
  await writeReport(options.report, { name, model, evidence, isExplained: options.explain === true }, found)
  tell(path, found, options)
  const print = options.out === '-' || options.report === '-' ? console.error : console.log
  print(summaryOf(model, found))
  process.exitCode = found.clusterOf.length === 0 ? 2 : found.labels.skipped.length > 0 ? 1 : 0
}

/** Whether the operating system refused: no right to read, no room to write. */
function isFromSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** So many rows are told of on the terminal; the report has all. */
const mostTold = 20

/** Tells on standard error what is odd, what was skipped, and how long each step took. */
function tell(path: string, { labels, timings }: FileMatch, { report, timings: isTimed }: MatchOptions): void {
  const { notes, skipped } = labels
  for (const note of notes) console.error(`${path}: ${note}`)
  for (const { line, because } of skipped.slice(0, mostTold))
    console.error(`${path}: line ${line}: ${because}; skipped`)
  const more = skipped.length - mostTold
  const where = report === undefined ? '--report <file> lists all' : `${report} lists all`
  if (more > 0) console.error(`${path}: ${count(more)} more rows were skipped; ${where}`)
  if (isTimed) for (const { step, ms } of timings) console.error(JSON.stringify({ step, ms: Math.round(ms * 10) / 10 }))
}

function probability(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < 1) return value
  throw new InvalidArgumentError('It is a probability: above 0 and below 1.')
}

function country(text: string): string {
  if (/^[a-z]{2}$/i.test(text)) return text.toUpperCase()
  throw new InvalidArgumentError('It is a country by its two letters, such as AU.')
}

function listed(one: string, all: string[]): string[] {
  return [...all, one]
}
