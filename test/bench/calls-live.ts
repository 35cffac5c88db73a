import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf, type StaffId } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { startPostgres } from '@switchboard/postgres-embedded'
import { startHubProcess, type HubProcess } from '@switchboard/test-e2e/hub-process'
import { startOutsideVendor, type OutsideVendor } from '@switchboard/test-e2e/outside-vendor'
import { enrol, figure } from './calls-arrivals.ts'
import type { TableRow } from './match-table.ts'

/** How many callers ring in a second until all are there. */
const perSecond = 20

/** What so many conversations at once cost: the hub's memory, and how long it takes to have them in hand again after kill -9. */
export async function liveCallsBench(live: number): Promise<TableRow[]> {
  return withVendor(async (start, vendor, store) => {
    let hub = await start()
    try {
      const before = await memoryOf(hub)
      for (const id of await enrol(store, live))
        vendor.twilio.script(`client:${identityOf(id as StaffId)}`, { answersAfterMs: 200 })
      await everybodyTalks(vendor, store, live)
      const during = await memoryOf(hub)
      await hub.end('SIGKILL')
      const { rows, startedAt } = await lastLooks(store)
      hub = await start()
      const readyMs = Date.now() - startedAt
      const looked = await allLookedAt(store, rows, startedAt)
      return [
        {
          ...{ 'live calls': live, 'memory before, MB': before, 'memory with them, MB': during },
          ...{
            'start until ready, ms': readyMs,
            'the vendor asked about all after, ms': looked.getTime() - startedAt,
          },
          'still talking': await talking(store),
        },
      ]
    } finally {
      await hub.end('SIGKILL')
    }
  })
}

async function everybodyTalks({ twilio }: OutsideVendor, store: OpenStore, live: number): Promise<void> {
  for (let caller = 0; caller < live; caller++) {
    twilio.ring({ from: `+6141${String(caller).padStart(7, '0')}` })
    await pause(1000 / perSecond)
  }
  const until = Date.now() + 60_000
  while ((await talking(store)) < live && Date.now() < until) await pause(250)
  await pause(5_000)
}

async function talking(store: OpenStore): Promise<number> {
  const [row] = await store.read(
    tx => tx.sql<{ count: number }>`select count(*)::int as count from call where state->>'name' = 'AllInConference'`,
  )
  return row?.count ?? 0
}

async function lastLooks(store: OpenStore): Promise<{ rows: number; startedAt: number }> {
  return { rows: await talking(store), startedAt: Date.now() }
}

/** When the vendor was asked about the last of so many calls since a moment. */
async function allLookedAt(store: OpenStore, count: number, startedAt: number): Promise<Date> {
  const since = new Date(startedAt)
  for (const until = Date.now() + 60_000; Date.now() < until;) {
    const [row] = await store.read(
      tx => tx.sql<{ count: number; last: Date }>`
        select count(*)::int as count, max(inspected_at) as last from call where inspected_at >= ${since}`,
    )
    if (row && row.count >= count) return row.last
    await pause(100)
  }
  return new Date(Number.NaN)
}

async function memoryOf(hub: HubProcess): Promise<number> {
  return Math.round((await figure(hub, 'process_resident_memory_bytes')) / 2 ** 20)
}

/** Runs `work` with a vendor that lives on while hubs come and go, on one database. */
async function withVendor<T>(
  work: (start: () => Promise<HubProcess>, vendor: OutsideVendor, store: OpenStore) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  const vendor = await startOutsideVendor(dataDir)
  const postgres = await startPostgres({ dataDir: join(dataDir, 'pg'), log: silentLog() })
  const store = await openStore({ url: postgres.url, log: silentLog() })
  await withoutOthers(vendor.variables['HUB_CONFIG'] ?? '')
  try {
    const variables = { ...vendor.variables, DATABASE_URL: postgres.url, LOG_LEVEL: 'warn' }
    return await work(() => startHubProcess(variables), vendor, store)
  } finally {
    await vendor.close()
    await store.close()
    await postgres.stop({ force: true })
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Only phones: no other vendor is read at the start. */
async function withoutOthers(config: string): Promise<void> {
  const { adapters, plugins } = JSON.parse(await readFile(config, 'utf8')) as Record<'adapters' | 'plugins', object>
  const { twilio } = adapters as { twilio: object }
  await writeFile(config, JSON.stringify({ adapters: { twilio: { ...twilio, concurrency: 50 } }, plugins }))
}

function pause(ms: number): Promise<void> {
  return new Promise(wake => setTimeout(wake, ms))
}
