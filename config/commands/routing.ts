import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { messageOf, OptionError, z } from '@switchboard/core'
import { parse } from 'yaml'
import { localApi } from '../api.ts'
import { readEnvironment } from '../env.ts'
import { sinceOf } from '../since.ts'
import { table } from '../table.ts'

const replayed = z.object({
  callId: z.string(),
  at: z.string(),
  from: z.string().nullable(),
  line: z.string(),
  was: z.array(z.string()),
  would: z.array(z.string()),
  isChanged: z.boolean(),
  notes: z.array(z.string()),
})

const answer = z.object({
  version: z.number(),
  changed: z.number(),
  isCut: z.boolean(),
  items: z.array(replayed),
  notes: z.array(z.string()),
})

type Replay = z.output<typeof answer>

interface ReplayOptions {
  from: string
  to?: string
  settings?: string
  limit: string
  all?: boolean
  json?: boolean
}

/** `hub routing`: what rules would make of the calls there were. */
export function routingCommand(): Command {
  const routing = new Command('routing').description('try out rules for whom callers reach')
  routing
    .command('replay')
    .description(
      'put past calls through rules: ends with 0 when nothing would change, 1 when something would, 2 when it cannot be told',
    )
    .requiredOption('--from <time>', '2026-11-20, an RFC 3339 time, or "3 days" ago')
    .option('--to <time>', 'the same (default: now)')
    .option('--settings <file>', 'rules as YAML or JSON, as PUT /api/routing takes them (default: those that hold)')
    .option('--limit <number>', 'how many calls at the most', '500')
    .option('--all', 'show also the calls for which nothing would change')
    .option('--json', 'print the answer as JSON')
    .action(replay)
  return routing
}

async function replay({ from, to, settings: file, limit, all, json }: ReplayOptions): Promise<void> {
  try {
    const now = new Date()
    const settings = file === undefined ? undefined : await rulesIn(file)
    const span = {
      from: sinceOf(from, now, '--from'),
      to: to === undefined ? now : sinceOf(to, now, '--to'),
      limit: Number(limit),
    }
    const api = await localApi(readEnvironment().settings.DATA_DIR)
    const said = await api.ask('POST', '/api/routing/replay', answer, { ...span, settings })
    console.log(json ? JSON.stringify(said, null, 2) : shown(said, all === true))
    process.exitCode = said.changed > 0 ? 1 : 0
  } catch (error) {
    if (error instanceof OptionError) throw error
    console.error(messageOf(error))
    process.exitCode = 2
  }
}

/** @throws OptionError when there is no such file, or it is no YAML */
async function rulesIn(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new OptionError([{ path: '--settings', message: messageOf(error) }], { cause: error })
  }
}

function shown({ items, changed, isCut, notes }: Replay, all: boolean): string {
  const rows = items
    .filter(({ isChanged }) => all || isChanged)
    .map(({ at, from, line, was, would, isChanged, ...item }) => [
      ...[at, from ?? 'withheld', line, was.join(' → '), isChanged ? would.join(' → ') : 'the same'],
      item.notes.join('; '),
    ])
  const found = rows.length > 0 ? [table(['at', 'from', 'line', 'went', 'would go', 'not known'], rows), ''] : []
  const more = isCut ? ['There were more calls: the rest was not looked at (--limit).'] : []
  const counts = `${changed} of ${items.length} calls would go differently.`
  return [...found, counts, ...more, ...notes.map(note => `Note: ${note}.`)].join('\n')
}
