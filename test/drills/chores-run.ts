import { parseArgs } from 'node:util'
import type { Postgres } from '@switchboard/postgres-embedded'
import { choreDrills, choreSizes, type ChoreSize } from './chores.ts'

/**
 * The drills of chores as they were asked for: all, or `--only silent,kill,…`, whole or `--short`, with `--events N` and `--appointments N`. Prints a table of each.
 * @returns whether all went well
 */
export async function runChores(
  args: string[],
  { fresh, server }: { fresh(): Promise<string>; server: { current: Postgres; dataDir: string } },
): Promise<boolean> {
  const text = { type: 'string' } as const
  const options = { only: text, events: text, appointments: text, short: { type: 'boolean' } } as const
  const { values } = parseArgs({ args, options, allowPositionals: true })
  const names = values.only?.split(',') ?? Object.keys(choreDrills)
  const size = sizeOf(values)
  let isFine = true
  for (const name of names) {
    const drill = choreDrills[name]
    if (!drill) throw new Error(`there is no drill ${name}; there are ${Object.keys(choreDrills).join(', ')}`)
    const startedAt = performance.now()
    const place = { current: server.current, dataDir: `${server.dataDir}/pg` }
    const { report, broken } = await drill(
      { databaseUrl: await fresh(), dataDir: server.dataDir, server: place },
      size,
    ).finally(() => (server.current = place.current))
    console.log(`${name}: ${broken.length === 0 ? 'as it should be' : broken.join(', ')}`)
    console.table([{ ...report, seconds: Math.round((performance.now() - startedAt) / 1000) }])
    isFine &&= broken.length === 0
  }
  if (!process.env['MONGODB_URI'])
    console.log('mongodb: skipped, as MONGODB_URI names none; jobs were kept in Postgres')
  return isFine
}

function sizeOf(values: { short?: boolean; events?: string; appointments?: string }): ChoreSize {
  const { kill, reminders, ...size } = choreSizes[values.short ? 'short' : 'full']
  return {
    ...size,
    kill: { ...kill, events: Number(values.events ?? kill.events) },
    reminders: { ...reminders, appointments: Number(values.appointments ?? reminders.appointments) },
  }
}
