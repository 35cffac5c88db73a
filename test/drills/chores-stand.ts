import pg from 'pg'
import { frontSimulator, type RunningFront } from '@switchboard/test-simulators/front'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'
import { freePort } from './calls-deploy-stand.ts'
import { startChoreHub, type ChoreHub, type ChoreSettings } from './chores-hub.ts'

/** Front and Twilio, and hubs in processes of their own that can be killed and started again; all go by one clock that can be moved. */
export interface ChoreStand {
  front: RunningFront
  twilio: RunningTwilio
  hubs: ChoreHub[]
  now(): Date
  /** Moves everybody's clock. */
  wait(ms: number): Promise<void>
  /** Kills a hub with -9 and starts it again in the same place. */
  kill(index: number): Promise<void>
  /** Asks the database, beside the hubs. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** What it is made with. */
export interface ChoreStandSettings extends Pick<
  ChoreSettings,
  'messaging' | 'reminders' | 'book' | 'agenda' | 'counted'
> {
  databaseUrl: string
  dataDir: string
  seed: number
  /** How many hubs there are. Vendors speak with the first. */
  hubs: number
  /** What the database is told before the hubs start. */
  prepare?: string
  /** Where the clock stands at the beginning. Default: now. */
  at?: Date
}

const password = 'a password for drills'

/** Starts the vendors and the hubs. */
export async function openChoreStand(settings: ChoreStandSettings): Promise<ChoreStand> {
  const { databaseUrl, dataDir, seed, at, hubs: count, prepare, ...options } = settings
  if (prepare) await asked(databaseUrl, prepare)
  const clock = { aheadMs: at ? at.getTime() - Date.now() : 0 }
  const now = (): Date => new Date(Date.now() + clock.aheadMs)
  const ports: number[] = []
  while (ports.length < count) ports.push(await freePort())
  const publicUrl = `http://127.0.0.1:${ports[0]}`
  const common = { publicUrl, seed, now, world: worldOf({ seed, now: now(), people: 60 }) }
  const front = await frontSimulator.start({ ...common, adapter: 'front' })
  const twilio = await twilioSimulator.start({ ...common, adapter: 'twilio', speed: 20 })
  const vendors = {
    front: { ...frontSimulator.options, ...front.options, perMinute: 60_000 },
    twilio: { ...twilioSimulator.options, ...twilio.options },
  }
  const start = (port: number): Promise<ChoreHub> =>
    startChoreHub({ databaseUrl, dataDir, port, publicUrl, password, vendors, aheadMs: clock.aheadMs, ...options })
  const hubs: ChoreHub[] = []
  // One after the other: the first of all makes what all share.
  for (const port of ports) hubs.push(await start(port))
  return {
    ...{ front, twilio, hubs, now },
    rows: (text, values) => asked(databaseUrl, text, values),
    wait: async ms => {
      clock.aheadMs += ms
      await Promise.all(hubs.map(hub => hub.order({ do: 'ahead', ms: clock.aheadMs }).catch(() => null)))
    },
    kill: async index => {
      await hubs[index]?.end('SIGKILL')
      hubs[index] = await start(ports[index] ?? 0)
    },
    close: async () => {
      await Promise.all(hubs.map(hub => hub.end('SIGTERM')))
      await Promise.all([front.close(), twilio.close()])
    },
  }
}

/** Asks a database, beside the hubs. */
export async function asked<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}
