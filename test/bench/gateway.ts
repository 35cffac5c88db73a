import { withGatewayHub } from '@switchboard/test-drills/gateway'
import type { GatewayHub } from '@switchboard/test-drills/gateway-hub'
import { onGround } from '@switchboard/test-postgres/ground'
import { startCrowd, startPeer, type Child, type CrowdOrder } from './gateway-children.ts'
import { acrossHubs } from './gateway-hubs.ts'
import type { TableRow } from './match-table.ts'
import { percentiles } from './open-load.ts'

/** Says a table. */
export type Show = (title: string, rows: TableRow[]) => void

/** How large the bench is: `--small` for a look. */
interface Size {
  fanOut: readonly number[]
  /** How often each server has its turn: what else the machine does moves a single measurement by a third. */
  rounds: number
  idle: number
  events: number
  trips: number
  rings: number
}

const sizes: Readonly<Record<'full' | 'small', Size>> = {
  full: { fanOut: [1_000, 5_000], rounds: 3, idle: 10_000, events: 200, trips: 2_000, rings: 100 },
  small: { fanOut: [200], rounds: 1, idle: 500, events: 50, trips: 200, rings: 20 },
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
  cpuSeconds(): Promise<number>
  memory(): Promise<{ rss?: number; held?: number }>
  /** `isPatient`: of a kind that may be told a moment later, with others. */
  say(times: number, isPatient?: boolean): Promise<unknown>
  tickets(count: number): Promise<string[] | undefined>
}

/** The gateway beside what one would write by hand: fan-out, round trips, memory, and rings under load. */
export async function gatewayBench(args: string[], show: Show): Promise<void> {
  const size = sizes[args.includes('--small') ? 'small' : 'full']
  const only = args.find(arg => !arg.startsWith('--'))
  const clients = args.find(arg => arg.startsWith('--clients='))?.slice('--clients='.length)
  const crowds = clients === undefined ? size.fanOut : [Number(clients)]
  const wants = (what: string): boolean => only === undefined || only === what
  if (wants('fan-out')) for (const clients of crowds) show(`fan-out to ${clients} clients`, await fanOut(clients, size))
  if (wants('round-trip')) show('round trip of one client', await roundTrip(size.trips))
  const idlers = clients === undefined ? size.idle : Number(clients)
  if (wants('idle')) show(`memory of ${idlers} idle connections`, await idle(idlers))
  if (wants('hubs'))
    show('ring until the client has it, with two hubs', await onGround(ground => acrossHubs(ground, size.rings)))
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
    return await work({ kind, url: peer.url, ...gauges(peer), say, tickets })
  } finally {
    await peer.end()
  }
}

/** What a server of either kind says of itself. */
function gauges(server: {
  order(order: { do: 'cpu' } | { do: 'memory' }): Promise<{ cpuSeconds?: number; rss?: number; held?: number }>
}): Pick<Stand, 'cpuSeconds' | 'memory'> {
  return {
    cpuSeconds: async () => (await server.order({ do: 'cpu' })).cpuSeconds ?? 0,
    memory: () => server.order({ do: 'memory' }),
  }
}

function withOurs<T>(staff: number, work: (stand: Stand, hub: GatewayHub) => Promise<T>): Promise<T> {
  return onGround(ground =>
    withGatewayHub({ ...ground, staff, limits: wide }, async hub => {
      const stand: Stand = {
        ...{ kind: 'ours', url: await gatewayUrl(hub), ...gauges(hub) },
        say: (times, isPatient) =>
          hub.order({ do: 'say', to: 'all', times, bytes: 20, as: isPatient ? 'message.changed' : 'call.state' }),
        tickets: async count => (await hub.order({ do: 'tickets', count })).tickets,
      }
      return work(stand, hub)
    }),
  )
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
async function fanOut(clients: number, { events, rounds }: Size): Promise<TableRow[]> {
  const measure = (stand: Stand, isPatient = false): Promise<number> =>
    withCrowd(stand, clients, async crowd => {
      // What those who came caused is over first.
      await settle(stand)
      await crowd.order({ do: 'mark' })
      const before = await stand.cpuSeconds()
      const counted = crowd.order({ do: 'count', each: events })
      await stand.say(events, isPatient)
      await counted
      const spent = (await stand.cpuSeconds()) - before
      return (clients * events) / spent
    })
  const ours = (people: number, isPatient = false) => ({
    what: `gateway, ${people} people with ${people < clients ? `${devices} devices` : 'one device'}${isPatient ? ', of what may wait a moment' : ''}`,
    measure: () => withOurs(people, stand => measure(stand, isPatient)),
  })
  const servers = [
    ours(Math.ceil(clients / devices)),
    ...(clients <= 1_000 ? [ours(clients), ours(clients, true)] : []),
    ...peers.map(kind => ({ what: names[kind], measure: () => withPeer(kind, stand => measure(stand)) })),
  ]
  const seen = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++)
    for (const { what, measure } of servers) seen.set(what, [...(seen.get(what) ?? []), await measure()])
  const middleOf = (what: string): number => percentiles(seen.get(what) ?? []).p50Ms
  return servers.map(({ what }) => ({
    ...{ what, 'deliveries per CPU second': Math.round(middleOf(what)) },
    'of raw uWS': (middleOf(what) / middleOf(names.uws)).toFixed(2),
    'of each round': (seen.get(what) ?? []).map(perSecond => Math.round(perSecond / 1000)).join('k, ') + 'k',
  }))
}

/** Waits until the process has little to do for a second. @throws Error when it never has */
async function settle(stand: Stand): Promise<void> {
  for (let round = 0; round < 120; round++) {
    const before = await stand.cpuSeconds()
    await new Promise(wake => setTimeout(wake, 1_000))
    if ((await stand.cpuSeconds()) - before < 0.25) return
  }
  throw new Error(`${stand.kind} did not come to rest within two minutes`)
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

/** What a connection with nothing to do takes: of the process as the machine sees it, and of it what JavaScript holds. */
async function idle(clients: number): Promise<TableRow[]> {
  const measure = async (stand: Stand): Promise<{ rss: number; held: number }> => {
    await withCrowd(stand, 50, () => settle(stand))
    const before = await stand.memory()
    return withCrowd(stand, clients, async () => {
      await settle(stand)
      const { rss = 0, held = 0 } = await stand.memory()
      return { rss: (rss - (before.rss ?? 0)) / clients, held: (held - (before.held ?? 0)) / clients }
    })
  }
  const rows: TableRow[] = []
  const row = (what: string, { rss, held }: { rss: number; held: number }): TableRow => ({
    ...{ what, 'bytes a connection': Math.round(rss), 'held by JavaScript': Math.round(held) },
  })
  rows.push(row('gateway', await withOurs(Math.ceil(clients / devices) + 1, measure)))
  for (const kind of peers) rows.push(row(names[kind], await withPeer(kind, measure)))
  return rows
}

/** Rings, while what people of the house sent is reported on: alone, then with more and more such events a second, each for one of four people. */
async function rings(times: number): Promise<TableRow[]> {
  const people = 20
  return withOurs(people, (stand, hub) =>
    withCrowd(stand, people, async crowd => {
      const rows: TableRow[] = []
      for (const perSecond of [0, 250, 1_000]) {
        const flow = flowing(hub, perSecond)
        const heard = crowd.order({ do: 'rings', nth: 0, times })
        await hub.order({ do: 'ring', to: 0, times, everyMs: 50 })
        const spread = percentiles((await heard).times ?? [])
        rows.push({ 'events a second': perSecond, published: await flow.stop(), rings: times, ...spread })
      }
      return rows
    }),
  )
}

/** Events without end. `stop` says how many there really were a second. */
function flowing(hub: GatewayHub, perSecond: number): { stop(): Promise<number> } {
  const flow = { said: 0, isOver: perSecond === 0 }
  const startedAt = performance.now()
  const speaking = Array.from({ length: 4 }, async (_, speaker) => {
    const order = { do: 'say', to: [1 + speaker], times: 50, bytes: 20, together: 10, as: 'message.changed' } as const
    for (; !flow.isOver; flow.said += order.times) await hub.order({ ...order, perSecond: perSecond / 4 })
  })
  return {
    stop: async () => {
      const reached = Math.round((flow.said * 1000) / (performance.now() - startedAt))
      flow.isOver = true
      await Promise.all(speaking)
      return reached
    },
  }
}
