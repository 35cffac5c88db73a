import { parseArgs } from 'node:util'
import { arrivalsBench } from './calls-arrivals.ts'
import { liveCallsBench } from './calls-live.ts'
import type { TableRow } from './match-table.ts'
import { ringBench } from './ring.ts'

const text = { type: 'string' } as const
const options = { only: text, rates: text, seconds: text, rings: text, live: text, profile: text }

/**
 * Which parts, by name; all unless `--only arrivals,ring,live`. `--rates 1,20 --seconds 10`: how fast callers come, and for how long; `--rings 50`;
 * `--live 100`: how many conversations go on. `--profile <folder>`: what the hub computes while callers come is written there.
 */
export async function callsBench(args: string[], show: (title: string, rows: TableRow[]) => void): Promise<void> {
  const { values } = parseArgs({ args, options })
  const { only = 'arrivals,ring,live', rates = '1,50,200', rings = '200', live = '500' } = values
  const isOn = (part: string): boolean => only.split(',').includes(part)
  if (isOn('arrivals')) {
    const arrivals = rates.split(',').map(rate => arrivalsOf(Number(rate), values.seconds))
    show('callers come, milliseconds', await arrivalsBench(arrivals, values.profile))
  }
  if (isOn('ring')) show('a ring until the card is on the phone', (await ringBench(Number(rings))) as TableRow[])
  if (isOn('live')) show('calls that go on', await liveCallsBench(Number(live)))
}

function arrivalsOf(perSecond: number, seconds: string | undefined): { perSecond: number; seconds: number } {
  return { perSecond, seconds: Number(seconds ?? (perSecond < 10 ? 20 : 10)) }
}
