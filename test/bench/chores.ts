import { parseArgs } from 'node:util'
import { onGround, type Ground } from '@switchboard/test-postgres/ground'
import { jobsBench } from './chores-jobs.ts'
import { lookupBench } from './chores-lookup.ts'
import { messagesBench } from './chores-messages.ts'
import type { TableRow } from './match-table.ts'

const text = { type: 'string' } as const
const options = { only: text, rows: { ...text, default: '100000' }, small: { type: 'boolean' } } as const

/** The chores: looking numbers up, messages, and jobs. `--only lookup,messages,jobs`, `--rows` people, `--small` for a look. */
export async function choresBench(args: string[], show: (title: string, rows: TableRow[]) => void): Promise<void> {
  const { values } = parseArgs({ args, options })
  const share = values.small ? 0.1 : 1
  const parts: Readonly<Record<string, (place: Ground) => Promise<TableRow[]>>> = {
    lookup: place => lookupBench({ ...place, people: Number(values.rows), lookups: 5_000 }),
    messages: place =>
      messagesBench({ ...place, events: 5_000 * share, texts: 2_000 * share, received: 1_000 * share }),
    jobs: place => jobsBench({ ...place, jobs: 1_000 * share }),
  }
  for (const name of values.only?.split(',') ?? Object.keys(parts)) {
    const part = parts[name]
    if (!part) throw new Error(`--only takes ${Object.keys(parts).join(', ')}`)
    show(name, await onGround(part))
  }
}
