import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { accuracyTables } from './match-accuracy-tables.ts'
import { calibrationTables } from './match-calibration-tables.ts'
import { postgresTables } from './match-postgres-tables.ts'
import { speedTables } from './match-speed-tables.ts'
import { BenchError, type MatchBench } from './match-bench.ts'

/** Parts of the bench, in order. Each shows tables as soon as it has them. */
const parts: Readonly<Record<string, (bench: MatchBench) => Promise<void>>> = {
  accuracy: accuracyTables,
  speed: speedTables,
  postgres: postgresTables,
  calibration: calibrationTables,
}

/** `[--data <folder of labelled sets>] [--rows 10000,100000,1000000] [--only accuracy,speed,postgres,calibration]`; 10,000,000 rows only when they are asked for. */
export async function matchBench(args: string[], out: Pick<MatchBench, 'show' | 'say'>): Promise<void> {
  const options = { data: { type: 'string' }, rows: { type: 'string' }, only: { type: 'string' } } as const
  const { values } = parseArgs({ args, options })
  const rows = (values.rows ?? '10000,100000,1000000').split(',').map(Number)
  const only = values.only?.split(',') ?? Object.keys(parts)
  const wrong = [
    ...only.filter(part => !(part in parts)),
    ...rows.filter(count => !Number.isSafeInteger(count)).map(String),
  ]
  if (wrong.length > 0)
    throw new BenchError(
      `not understood: ${wrong.join(', ')}. --only takes ${Object.keys(parts).join(', ')}; --rows takes whole numbers`,
    )
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-bench-match-'))
  try {
    for (const part of only)
      await parts[part]!({ ...out, folder, rows, data: values.data ?? process.env.LABELLED_DATA })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
