import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { startPostgres, type Postgres } from '@switchboard/postgres-embedded'
import { password, startHubProcess, type HubProcess } from '@switchboard/test-e2e/hub-process'
import { twilioSimulator } from '@switchboard/test-simulators/twilio'
import { incoming, newSid, report } from './calls-shots.ts'
import { openStubVendor } from './calls-vendor.ts'
import type { TableRow } from './match-table.ts'
import { openLoad, type LoadReport, type Shot } from './open-load.ts'
import { withBare } from './surroundings.ts'

/** How fast callers come, and for how long. */
export interface Arrivals {
  perSecond: number
  seconds: number
}

const staff = 50
/** How long a caller stays on the line. */
const patienceMs = 1_000

/** Callers come at each rate, hear their first instructions, and hang up a second later; beside it the bare transaction at the same rates. */
export async function arrivalsBench(rates: readonly Arrivals[], profile?: string): Promise<TableRow[]> {
  return withQuietHub(profile, async (hub, store) => {
    const rows: TableRow[] = []
    await callersCome(hub, { perSecond: 20, seconds: 3 })
    for (const rate of rates) {
      const bare = await withBare({ databaseUrl: store.url, script: 'calls-bare.ts' }, url =>
        openLoad(url, callers(url, []), rate),
      )
      const since = new Date()
      const cpuBefore = await figure(hub, 'process_cpu_seconds_total')
      const mine = await callersCome(hub, rate)
      const cpu = (await figure(hub, 'process_cpu_seconds_total')) - cpuBefore
      rows.push({
        ...{ 'calls a second': rate.perSecond, calls: mine.accepted, failed: mine.failed },
        ...{ 'TwiML p50': mine.p50Ms, 'TwiML p99': mine.p99Ms, 'bare p50': bare.p50Ms, 'bare p99': bare.p99Ms },
        ratio: `p50 ${(mine.p50Ms / bare.p50Ms).toFixed(1)}, p99 ${(mine.p99Ms / bare.p99Ms).toFixed(1)}`,
        ...(await eventsSince(store, since)),
        'CPU ms a call': Math.round((cpu * 1000) / Math.max(1, mine.accepted)),
      })
    }
    return rows
  })
}

async function callersCome(hub: HubProcess, rate: Arrivals): Promise<LoadReport> {
  const onLine: string[] = []
  const coming = openLoad(hub.url, callers(hub.url, onLine), rate)
  await pause(patienceMs)
  const leaving = openLoad(hub.url, hangingUp(hub.url, onLine), rate)
  const [came] = await Promise.all([coming, leaving])
  await pause(1_500)
  return came
}

function* callers(url: string, onLine: string[]): Generator<Shot> {
  for (;;) {
    const sid = newSid()
    onLine.push(sid)
    yield incoming(url, sid)
  }
}

function* hangingUp(url: string, onLine: string[]): Generator<Shot> {
  for (let sid = onLine.shift(); sid; sid = onLine.shift()) yield report(url, sid, 'completed')
}

/** From the planned time of each report about a call until what it did was committed, by the database's own record of commits. */
async function eventsSince(store: OpenStore, since: Date): Promise<TableRow> {
  const [row] = await store.read(
    tx => tx.sql<{ events: number; p50: number; p99: number }>`
      with took as (
        select extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 - (headers->>'x-planned')::numeric as ms
        from inbox where channel = 'status' and done_at is not null and received_at >= ${since} and headers ? 'x-planned')
      select count(*)::int as events, percentile_cont(0.5) within group (order by ms)::float as p50,
        percentile_cont(0.99) within group (order by ms)::float as p99 from took`,
  )
  const tenths = (ms: number | undefined): number => Math.round((ms ?? Number.NaN) * 10) / 10
  return { events: row?.events, 'committed p50': tenths(row?.p50), 'committed p99': tenths(row?.p99) }
}

/** A figure that the hub tells Prometheus. */
export async function figure(hub: Pick<HubProcess, 'url'>, name: string): Promise<number> {
  const text = await (await fetch(`${hub.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1])
}

/** Runs `work` against a hub of its own, with fifty people to ring, whose vendor does as it is told at once. */
async function withQuietHub<T>(
  profile: string | undefined,
  work: (hub: HubProcess, store: OpenStore & { url: string }) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  const postgres = await startDatedPostgres(join(dataDir, 'pg'))
  const vendor = await openStubVendor()
  const config = join(dataDir, 'hub.yaml')
  await writeFile(config, hubYaml(vendor.url))
  try {
    const variables = {
      ...{ DATA_DIR: dataDir, DATABASE_URL: postgres.url, HUB_CONFIG: config, LOG_LEVEL: 'warn' },
      ...(profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
    }
    const hub = await startHubProcess(variables)
    const store = await openStore({ url: postgres.url, log: silentLog() })
    try {
      await enrol(store, staff)
      return await work(hub, { ...store, url: postgres.url })
    } finally {
      await store.close()
      await hub.end('SIGTERM')
    }
  } finally {
    await vendor.close()
    await postgres.stop({ force: true })
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** People who are free and count as connected. */
export async function enrol(store: OpenStore, count: number): Promise<string[]> {
  const people = Array.from({ length: count }, (_, index) => ({ id: newId<'staff'>(), name: `Staff ${index}` }))
  await store.transact(
    tx => tx.sql`
      insert into staff (id, email, name, role, presence, clients, created_at, updated_at)
      select id, id || '@bench.example', name, 'agent', 'available', 1, now(), now()
      from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as person (id uuid, name text)`,
  )
  return people.map(({ id }) => id)
}

/** A durable Postgres that notes when each transaction was committed. */
async function startDatedPostgres(dataDir: string): Promise<Postgres> {
  const first = await startPostgres({ dataDir, log: silentLog() })
  const store = await openStore({ url: first.url, log: silentLog() })
  await store.read(tx => tx.sql`alter system set track_commit_timestamp = on`)
  await store.close()
  await first.stop({ force: true })
  return startPostgres({ dataDir, log: silentLog() })
}

function hubYaml(vendorUrl: string): string {
  return JSON.stringify({
    adapters: { twilio: { ...twilioSimulator.options, url: vendorUrl, concurrency: 100 } },
    plugins: {
      staff: { wrapUpSeconds: 0 },
      access: { adminPassword: password },
      identity: {},
      calls: {},
      gateway: { port: '${GATEWAY_PORT}' },
    },
  })
}

function pause(ms: number): Promise<void> {
  return new Promise(wake => setTimeout(wake, ms))
}
