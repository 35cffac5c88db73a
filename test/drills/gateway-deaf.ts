import { disperse, gather, spread, until, type Member } from './gateway-crowd.ts'
import type { GatewayHub } from './gateway-hub.ts'
import { helloOf, openRaw, ticketFor, type RawClient } from './gateway-raw.ts'

/** What came of a client that stops reading. */
export interface DeafReport {
  /** Why it was closed, each time. */
  closedWith: string
  /** How much each had been sent, at least. */
  sentMiB: number
  others: number
  /** How often it was tried, beside as often with a client that reads. */
  rounds: number
  /** From the order to publish until each other client heard it, the middle one of the rounds: while all read, and while that one did not. */
  readP50Ms: number
  readP99Ms: number
  deafP50Ms: number
  deafP99Ms: number
  /** The best and the worst round of each kind. */
  readP99sMs: string
  deafP99sMs: string
  /** Whether the p99 is the worse one where it did not read, in more than five of six pairs of a round of each kind; null: too few rounds to tell. */
  isMoved: boolean | null
}

/** How large it is. */
export interface DeafSettings {
  hub: GatewayHub
  others: number
  /** How long a round takes. */
  seconds: number
  /** How often it is tried. */
  rounds: number
}

type Spread = ReturnType<typeof spread>
type Kind = 'read' | 'deaf'

const nth = 20
const bytes = 200_000
/** More than the machine's own buffers on the way take, which on a quiet machine grow to some ten megabytes: less, and nobody would be closed. */
const floods = 75
/** So many clients in a round, one after the other: one of them lies unread for most of it. */
const entering = 3
/** Of seven rounds of each kind that differ by chance alone, one drill in fifty would call it moved; of fewer, more. */
const tellingRounds = 7

/**
 * Much happens to one person, whose client reads it in one round and has stopped reading in another. How fast others hear is measured in both, in turns:
 * of two single runs on a machine that does other things too, either may be the slower one by twice as much.
 */
export async function deafDrill({ hub, others, seconds, rounds }: DeafSettings): Promise<DeafReport> {
  const members = await gather({ hub, clients: others, staff: Math.min(others, 20) })
  const closes = new Set<number | string>()
  const seen: Record<Kind, Spread[]> = { read: [], deaf: [] }
  const round = async (kind: Kind): Promise<void> => {
    const clients: RawClient[] = []
    const flooding = async (): Promise<void> => {
      while (clients.length < entering) {
        const client = await enter(hub)
        if (kind === 'deaf') client.socket.pause()
        clients.push(client)
        await flood(hub, seconds / entering)
      }
    }
    seen[kind].push(await latencies(hub, members, flooding()))
    for (const client of clients) {
      if (kind === 'deaf') closes.add(await hangUp(client))
      else client.socket.destroy()
    }
  }
  // Each goes first as often: what the machine does more of as time goes by falls on both.
  for (let nth = 0; nth < rounds; nth++)
    for (const kind of nth % 2 === 0 ? (['read', 'deaf'] as const) : (['deaf', 'read'] as const)) await round(kind)
  await disperse(members)
  const sentMiB = Math.round((floods * bytes) / 2 ** 20)
  return { closedWith: [...closes].join(', '), sentMiB, others, rounds, ...compared(seen) }
}

function compared({ read, deaf }: Record<Kind, readonly Spread[]>) {
  const p99s = (rounds: readonly Spread[]): number[] =>
    rounds.map(({ p99Ms }) => p99Ms).toSorted((one, other) => one - other)
  const range = (sorted: readonly number[]): string => `${sorted[0]} - ${sorted.at(-1)}`
  const pairs = p99s(read).flatMap(before => p99s(deaf).map(after => after > before))
  return {
    readP50Ms: middle(read.map(({ p50Ms }) => p50Ms)),
    readP99Ms: middle(p99s(read)),
    deafP50Ms: middle(deaf.map(({ p50Ms }) => p50Ms)),
    deafP99Ms: middle(p99s(deaf)),
    readP99sMs: range(p99s(read)),
    deafP99sMs: range(p99s(deaf)),
    isMoved: deaf.length < tellingRounds ? null : pairs.filter(isSlower => isSlower).length / pairs.length > 5 / 6,
  }
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const at = sorted.length / 2
  return Math.round(((sorted[Math.ceil(at) - 1] ?? 0) + (sorted[Math.floor(at)] ?? 0)) / 2)
}

/** Reads on, until the end. */
function hangUp(client: RawClient): Promise<number | string> {
  client.socket.resume()
  return Promise.race([
    client.closed,
    new Promise<string>(resolve => setTimeout(() => resolve('never'), 30_000).unref()),
  ])
}

/** A client of somebody who is none of the others. */
async function enter(hub: GatewayHub): Promise<RawClient> {
  const { ticket, url } = await ticketFor(hub, nth)
  const client = await openRaw(url)
  client.socket.write(helloOf(ticket))
  await new Promise(resolve => client.socket.once('data', resolve))
  return client
}

async function flood(hub: GatewayHub, seconds: number): Promise<void> {
  const perSecond = floods / seconds
  await hub.order({ do: 'say', to: [nth], times: floods, bytes, perSecond })
  await until(async () => (await hub.order({ do: 'idle' })).isIdle === true)
}

/** How long after the order each of the others hears of an event, some twenty a second, until `end`. */
async function latencies(hub: GatewayHub, members: readonly Member[], end: Promise<unknown>): Promise<Spread> {
  const others = Array.from({ length: 20 }, (_, n) => n)
  const times: number[] = []
  const state = { isOver: false }
  void end.then(() => (state.isOver = true))
  while (!state.isOver) {
    const saidAt = performance.now()
    const { names: [name] = [] } = await hub.order({ do: 'say', to: others, times: 1 })
    // Not the last thing heard: they also hear of each other's comings and goings.
    const heardAt = ({ heard }: Member): number | undefined => heard.findLast(frame => frame.name === name)?.atMs
    await until(() => members.every(member => heardAt(member) !== undefined))
    times.push(...members.map(member => (heardAt(member) ?? 0) - saidAt))
    await new Promise(wake => setTimeout(wake, Math.max(0, 50 - (performance.now() - saidAt))))
  }
  return spread(times)
}
