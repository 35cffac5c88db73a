import { join } from 'node:path'
import { Command, Option } from 'commander'
import { OptionError } from '@switchboard/core'
import { makeLog } from '@switchboard/core/hub'
import pretty from 'pino-pretty'
import { readEnvironment } from '../env.ts'
import { catalogue } from '../parts.ts'
import { dryRun, type DryRun } from '../scaffold/dry-run.ts'
import { saveFixtures } from '../scaffold/save-fixtures.ts'
import { showDryRun } from '../scaffold/show-dry-run.ts'

interface DryRunOptions {
  limit: number
  json?: boolean
  /** True: into the adapter's own folder. */
  save?: string | true
}

/** `hub dry-run`: one page of a source, shown and not stored. */
export function dryRunCommand(): Command {
  return new Command('dry-run')
    .description('read one page of a source and show what would be stored; stores nothing')
    .argument('<adapter>', 'its entry in hub.yaml')
    .addOption(new Option('--limit <rows>', 'how many rows to show').argParser(rowsOf).default(10))
    .option('--json', 'print all of it as JSON')
    .option('--save [folder]', "write the vendor's answers as fixtures, with invented people (default: the adapter's)")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(run)
}

async function run(adapter: string, { limit, json, save }: DryRunOptions): Promise<void> {
  const stream = pretty({ destination: 2, sync: true, ignore: 'time', colorize: false })
  const log = makeLog({ level: 'warn', stream })
  const found = await dryRun({ environment: readEnvironment(), catalogue, adapter, log })
  const saved = save === undefined ? [] : await saveFixtures(found, save === true ? folderOf(found) : save)
  if (json) console.log(JSON.stringify({ ...facts(found), saved }, null, 2))
  else console.log([showDryRun(found, limit), ...savedLines(found, saved)].join('\n'))
  if (found.health && 'error' in found.health) process.exitCode = 1
}

function facts({ answers: _, ...run }: DryRun): object {
  const people = run.records.reduce((sum, record) => sum + record.people.length, 0)
  return { ...run, counts: { records: run.records.length, people, unreadable: run.unreadable.length } }
}

function savedLines({ unreadable }: DryRun, saved: readonly string[]): string[] {
  if (saved.length === 0) return []
  const doubt =
    unreadable.length > 0
      ? 'Some rows could not be read, so what is personal in them is a guess by the names of their fields.'
      : 'What was personal is invented now.'
  return ['', ...saved.map(path => `saved ${path}`), `${doubt} Look through them before you commit.`]
}

function folderOf({ part }: DryRun): string {
  return join(import.meta.dirname, '../../adapters', part, 'fixtures')
}

function rowsOf(text: string): number {
  const rows = Number(text)
  if (text.trim() !== '' && Number.isInteger(rows) && rows >= 0) return rows
  throw new OptionError([{ path: '--limit', message: `"${text}" is not a number of rows` }])
}
