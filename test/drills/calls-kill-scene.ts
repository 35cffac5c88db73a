import type { CallId } from '@switchboard/core'
import type { HubProcess } from '@switchboard/test-e2e/hub-process'
import type { SimulatedCall } from '@switchboard/test-simulators/twilio-control'
import pg from 'pg'
import { freePort, openHubsStand, until, type HubsStand, type Colleague } from './calls-deploy-stand.ts'
import { startFrontDoor } from './calls-deploy-proxy.ts'
import { openTap, type CommandKind, type Tap } from './calls-kill-tap.ts'

/** A call as the database has it. */
export interface CallRow {
  id: CallId
  state: string
  outcome: string | null
}

/** One hub that is killed and started again, with three people, a vendor and a tap in between. */
export interface Scene {
  stand: HubsStand
  people: Colleague[]
  tap: Tap
  /** Kills the hub with -9. */
  kill(): Promise<void>
  /** Starts it again on the same data. */
  revive(): Promise<void>
  /** The newest call. */
  call(): Promise<CallRow | null>
  /** Waits until the newest call is in this state. */
  comesTo(state: string): Promise<CallRow>
  /** Waits until the newest call's trail says that it was in this state. */
  passes(state: string): Promise<unknown>
  /** What `trigger` sets off is struck right before or after this command is carried out. */
  strikeAt(kind: CommandKind, when: 'before' | 'after', trigger: () => unknown): Promise<void>
  /** What `trigger` sets off is struck within the transaction that would have written it down. */
  strikeInside(trigger: () => unknown): Promise<void>
  close(): Promise<void>
}

/** Opens the scene: one hub behind a proxy that holds the vendor's requests while it is away. */
export async function openScene({ databaseUrl, dataDir }: { databaseUrl: string; dataDir: string }): Promise<Scene> {
  const place = { port: await freePort(), gatewayPort: await freePort() }
  const door = await startFrontDoor([place])
  let tap: Tap | null = null
  const vendorUrl = async ({ url }: { url: string }): Promise<string> => (tap = await openTap(url)).url
  const addresses = { publicUrl: door.url, gatewayUrl: door.gatewayUrl }
  const stand = await openHubsStand({ databaseUrl, dataDir, seed: 9, ...addresses, vendorUrl })
  let hub: HubProcess = await stand.startHub(place)
  await until('the hub is ready behind the proxy', () => fetch(`${door.url}/health`).then(({ ok }) => ok))
  const people = await stand.staff(3)
  await stand.store.transact(tx => tx.sql`update staff set role = 'manager' where email like 'staff%'`)
  if (!tap) throw new Error('there is no tap')
  const watched: Tap = tap
  const call = (): Promise<CallRow | null> => newestCall(stand)
  let starting: { pid: number; up: Promise<unknown> } | null = null
  const kill = async (): Promise<void> => {
    if (!starting) return void (await hub.end('SIGKILL'))
    process.kill(starting.pid, 'SIGKILL')
    await starting.up.catch(() => undefined)
  }
  return {
    ...{ stand, people, tap: watched, call, kill },
    revive: async () => {
      await kill()
      let pid = 0
      const up = stand.startHub(place, spawned => (pid = spawned))
      starting = { pid, up }
      hub = await up.finally(() => (starting = null))
    },
    passes: state => until(`${state} in the trail`, () => hasPassed(stand, state)),
    comesTo: state =>
      until(`${state} of the call`, async () => {
        const found = await call()
        return found?.state === state && found
      }),
    strikeAt: async (kind, when, trigger) => {
      const struck = watched.arm(kind, when, kill)
      await trigger()
      await inTime(`${kind} at the vendor`, struck)
    },
    strikeInside: trigger => insideTransaction(databaseUrl, { trigger, strike: kill }),
    close: async () => {
      await hub.end('SIGTERM')
      await stand.close()
      await watched.close()
      await door.close()
    },
  }
}

async function newestCall({ store }: HubsStand): Promise<CallRow | null> {
  const [row] = await store.read(
    tx => tx.sql<CallRow>`select id, state->>'name' as state, outcome from call order by id desc limit 1`,
  )
  return row ?? null
}

async function hasPassed({ store }: HubsStand, state: string): Promise<boolean> {
  const rows = await store.read(
    tx => tx.sql`
      select 1 from call_event where call_id = (select id from call order by id desc limit 1)
        and (from_state = ${state} or to_state = ${state})`,
  )
  return rows.length > 0
}

/** Holds the trail's table, so that whoever writes to it waits inside their transaction, and strikes there. */
async function insideTransaction(
  databaseUrl: string,
  { trigger, strike }: { trigger(): unknown; strike(): Promise<void> },
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('lock table call_event in share row exclusive mode')
    await trigger()
    await until('a transaction that waits to write the trail', async () => {
      const { rowCount } = await client.query(
        `select 1 from pg_locks where relation = 'call_event'::regclass and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      )
      return (rowCount ?? 0) > 0
    })
    await strike()
    await client.query('rollback')
  } finally {
    await client.end()
  }
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within 20 s`)), 20_000)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Whose phone rings, of those who can be rung. */
export function ringing({ stand, people }: Scene): Promise<Colleague> {
  return until('a ringing phone', () =>
    people.find(({ phone }) =>
      stand.twilio
        .phone(phone)
        .legs()
        .some(({ status }) => status === 'ringing'),
    ),
  )
}

/** A customer rings. */
export function ring({ stand }: Scene): SimulatedCall {
  return stand.twilio.ring({ from: '+61491570156' })
}

/** A customer rings, somebody picks up, and they talk. */
export async function talk(scene: Scene): Promise<{ caller: SimulatedCall; colleague: Colleague }> {
  const caller = ring(scene)
  const colleague = await ringing(scene)
  scene.stand.twilio.phone(colleague.phone).answer()
  await scene.comesTo('AllInConference')
  return { caller, colleague }
}
