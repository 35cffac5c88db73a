import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@switchboard/core/hub'
import { migrate } from '@switchboard/migrations/migrate'
import { startPostgres } from '@switchboard/postgres-embedded'
import { withGatewayHub } from '@switchboard/test-drills/gateway'
import type { GatewayHub } from '@switchboard/test-drills/gateway-hub'
import { startCrowd, startPeer, type Child, type CrowdOrder } from './gateway-children.ts'
import type { TableRow } from './match-table.ts'
import { percentiles } from './open-load.ts'

/** Says a table. */
export type Show = (title: string, rows: TableRow[]) => void

/** How large the bench is: `--small` for a look. */
interface Size {
  fanOut: readonly number[]
  idle: number
  events: number
  trips: number
  rings: number
}

const sizes: Readonly<Record<'full' | 'small', Size>> = {
  full: { fanOut: [1_000, 5_000], idle: 10_000, events: 200, trips: 2_000, rings: 100 },
  small: { fanOut: [200], idle: 500, events: 50, trips: 200, rings: 20 },
}

const peers = ['uws', 'ws', 'socket.io'] as const
const names = { uws: 'raw uWebSockets.js, publish', ws: 'ws', 'socket.io': 'socket.io' } as const
/** How many devices each person of the crowd has. */
const devices = 50

/** What a crowd of one machine needs, and no client of a person. */
const wide = { framesPerSecond: 10_000, connectionsPerPerson: 1_000, connectionsPerAddress: 20_000 }

/** A server under measurement, of whatever kind. */
interface Stand {
  kind: string
  url: string
  usage(): Promise<{ cpuSeconds?: number; rss?: number }>
  say(times: number): Promise<unknown>
  tickets(count: number): Promise<string[] | undefined>
}

/** The gateway beside what one would write by hand: fan-out, round trips, memory, and rings under load. */
export async function gatewayBench(args: string[], show: Show): Promise<void> {
  const size = sizes[args.includes('--small') ? 'small' : 'full']
  const only = args.find(arg => !arg.startsWith('--'))
  const clients = args.find(arg => arg.startsWith('--clients='))?.slice('--clients='.length)
  const crowds = clients === undefined ? size.fanOut : [Number(clients)]
  const wants = (what: string): boolean => only === undefined || only === what
  if (wants('fan-out'))
    for (const clients of crowds) show(`fan-out to ${clients} clients`, await fanOut(clients, size.events))
  if (wants('round-trip')) show('round trip of one client', await roundTrip(size.trips))
  const idlers = clients === undefined ? size.idle : Number(clients)
  if (wants('idle')) show(`memory of ${idlers} idle connections`, await idle(idlers))
  if (wants('rings'))
    show('ring until the client has it, while 1,000 events a second are published', await rings(size.rings))
}

/** Like the frame that the gateway sends: as long, and as much to read. */
const sample = JSON.stringify({
  ...{ seq: 1000, type: 'call.state', at: '2026-03-02T09:00:00.000Z' },
  data: { callId: 'said 12345 100', state: 'Said', because: 'x'.repeat(20), at: '2026-03-02T09:00:00.000Z' },
})

async function withPeer<T>(kind: (typeof peers)[number], work: (stand: Stand) => Promise<T>): Promise<T> {
  const peer = await startPeer(kind)
  try {
    const say = (times: number): Promise<unknown> => peer.order({ do: 'say', times, text: sample })
    const tickets = async (): Promise<undefined> => undefined
    return await work({ kind, url: peer.url, usage: () => peer.order({ do: 'usage' }), say, tickets })
  } finally {
    await peer.end()
  }
}

async function withOurs<T>(staff: number, work: (stand: Stand, hub: GatewayHub) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  const postgres = await startPostgres({ dataDir: join(dataDir, 'pg'), log: silentLog() })
  try {
    await migrate(postgres.url)
    return await withGatewayHub({ databaseUrl: postgres.url, dataDir, staff, limits: wide }, async hub => {
      const stand: Stand = {
        ...{ kind: 'ours', url: await gatewayUrl(hub), usage: () => hub.order({ do: 'usage' }) },
        say: times => hub.order({ do: 'say', to: 'all', times, bytes: 20 }),
        tickets: async count => (await hub.order({ do: 'tickets', count })).tickets,
      }
      return work(stand, hub)
    })
  } finally {
    await postgres.stop({ force: true })
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function gatewayUrl({ url, key }: GatewayHub): Promise<string> {
  const response = await fetch(`${url}/api/gateway/ticket`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ staff: 'n00000@drill.example' }),
  })
  return ((await response.json()) as { url: string }).url
}

async function withCrowd<T>(stand: Stand, count: number, work: (crowd: Child<CrowdOrder>) => Promise<T>): Promise<T> {
  const crowd = await startCrowd()
  try {
    const tickets = await stand.tickets(count)
    await crowd.order({ do: 'gather', kind: stand.kind, url: stand.url, count, ...(tickets ? { tickets } : {}) })
    return await work(crowd)
  } finally {
    await crowd.end()
  }
}

/** What publishing to everybody costs the server's process: the hub's includes the outbox, the counting and keeping of each frame; Postgres is a process of its own. */
async function fanOut(clients: number, events: number): Promise<TableRow[]> {
  const measure = (stand: Stand): Promise<number> =>
    withCrowd(stand, clients, async crowd => {
      // What those who came caused is over first.
      await settle(stand)
      await crowd.order({ do: 'mark' })
      const before = (await stand.usage()).cpuSeconds ?? 0
      const counted = crowd.order({ do: 'count', each: events })
      await stand.say(events)
      await counted
      const spent = ((await stand.usage()).cpuSeconds ?? 0) - before
      return (clients * events) / spent
    })
  const raw: Record<string, number> = {}
  for (const kind of peers) raw[kind] = await withPeer(kind, measure)
  const row = (what: string, perSecond: number): TableRow => ({
    ...{
      what,
      'deliveries per CPU second': Math.round(perSecond),
      'of raw uWS': (perSecond / (raw['uws'] ?? 1)).toFixed(2),
    },
  })
  const shared = await withOurs(Math.ceil(clients / devices), measure)
  const single = clients <= 1_000 ? await withOurs(clients, measure) : null
  return [
    row(`gateway, ${Math.ceil(clients / devices)} people with ${devices} devices`, shared),
    ...(single === null ? [] : [row(`gateway, ${clients} people with one device`, single)]),
    ...peers.map(kind => row(names[kind], raw[kind] ?? 0)),
  ]
}

/** Waits until the process has little to do for a second. */
async function settle(stand: Stand): Promise<void> {
  for (;;) {
    const before = (await stand.usage()).cpuSeconds ?? 0
    await new Promise(wake => setTimeout(wake, 1_000))
    if (((await stand.usage()).cpuSeconds ?? 0) - before < 0.25) return
  }
}

async function roundTrip(times: number): Promise<TableRow[]> {
  const measure = (command: object) => (stand: Stand) =>
    withCrowd(stand, 1, async crowd => {
      const { times: spent = [] } = await crowd.order({ do: 'roundTrips', kind: stand.kind, times, command })
      return percentiles(spent)
    })
  const rows: TableRow[] = []
  for (const kind of peers)
    rows.push({ what: `${names[kind].split(',')[0]}, echo`, ...(await withPeer(kind, measure({ type: 'ping' }))) })
  rows.unshift({ what: 'gateway, ping', ...(await withOurs(1, measure({ type: 'ping' }))) })
  const command = { type: 'presence.set', data: { presence: 'available' } }
  rows.push({ what: 'gateway, presence.set: kept, permitted, done once', ...(await withOurs(1, measure(command))) })
  return rows
}

async function idle(clients: number): Promise<TableRow[]> {
  const measure = async (stand: Stand): Promise<number> => {
    await withCrowd(stand, 50, () => settle(stand))
    const before = (await stand.usage()).rss ?? 0
    return withCrowd(stand, clients, async () => {
      await settle(stand)
      return (((await stand.usage()).rss ?? 0) - before) / clients
    })
  }
  const rows: TableRow[] = []
  const row = (what: string, bytes: number): TableRow => ({ what, 'bytes a connection': Math.round(bytes) })
  rows.push(row('gateway', await withOurs(Math.ceil(clients / devices) + 1, measure)))
  for (const kind of peers) rows.push(row(names[kind], await withPeer(kind, measure)))
  return rows
}

async function rings(times: number): Promise<TableRow[]> {
  const people = 20
  return withOurs(people, (stand, hub) =>
    withCrowd(stand, people, async crowd => {
      const measure = async (): Promise<TableRow> => {
        const heard = crowd.order({ do: 'rings', nth: 0, times })
        await hub.order({ do: 'ring', to: 0, times, everyMs: 50 })
        return percentiles((await heard).times ?? [])
      }
      const quiet = await measure()
      const startedAt = performance.now()
      const count = { said: 0, isOver: false }
      const speaking = Array.from({ length: 4 }, async (_, speaker) => {
        while (!count.isOver) {
          await hub.order({ do: 'say', to: [1 + speaker], times: 50, bytes: 20, perSecond: 250 })
          count.said += 50
        }
      })
      const loud = await measure()
      const seconds = (performance.now() - startedAt) / 1000
      const reached = Math.round(count.said / seconds)
      count.isOver = true
      await Promise.all(speaking)
      return [
        { what: 'quiet', 'events a second': 0, rings: times, ...quiet },
        { what: 'while events flow', 'events a second': reached, rings: times, ...loud },
      ]
    }),
  )
}
