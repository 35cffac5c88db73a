import { disperse, gather, spread, until, type Member } from './gateway-crowd.ts'
import type { GatewayHub } from './gateway-hub.ts'
import { helloOf, openRaw, ticketFor, type RawClient } from './gateway-raw.ts'

/** What came of a client that stops reading. */
export interface DeafReport {
  /** Why it was closed. */
  closedWith: number | string
  /** How much it had been sent and had not read, at least. */
  sentMiB: number
  others: number
  /** From the order to publish until each other client heard it: while all read, and while that one did not. */
  beforeP50Ms: number
  beforeP99Ms: number
  whileP50Ms: number
  whileP99Ms: number
}

const nth = 20
const bytes = 200_000
/** More than the machine's own buffers on the way take. */
const floods = 75

/** Much happens to one person: first they read it, then their client stops reading. How fast others hear is measured both times. */
export async function deafDrill({
  hub,
  others,
  seconds,
}: {
  hub: GatewayHub
  others: number
  seconds: number
}): Promise<DeafReport> {
  const members = await gather({ hub, clients: others, staff: Math.min(others, 20) })
  const reading = await enter(hub)
  const before = await latencies(hub, members, flood(hub, seconds))
  reading.socket.destroy()
  const deaf = await enter(hub)
  deaf.socket.pause()
  const during = await latencies(hub, members, flood(hub, seconds))
  deaf.socket.resume()
  const closedWith = await deaf.closed
  await disperse(members)
  return {
    ...{ closedWith, sentMiB: Math.round((floods * bytes) / 2 ** 20), others },
    ...{ beforeP50Ms: before.p50Ms, beforeP99Ms: before.p99Ms, whileP50Ms: during.p50Ms, whileP99Ms: during.p99Ms },
  }
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
async function latencies(
  hub: GatewayHub,
  members: readonly Member[],
  end: Promise<unknown>,
): Promise<ReturnType<typeof spread>> {
  const others = Array.from({ length: 20 }, (_, n) => n)
  const times: number[] = []
  const state = { isOver: false }
  void end.then(() => (state.isOver = true))
  while (!state.isOver) {
    const saidAt = performance.now()
    const { names: [name] = [] } = await hub.order({ do: 'say', to: others, times: 1 })
    await until(() => members.every(({ heard }) => heard.at(-1)?.name === name))
    times.push(...members.map(({ heard }) => (heard.at(-1)?.atMs ?? 0) - saidAt))
    await new Promise(wake => setTimeout(wake, Math.max(0, 50 - (performance.now() - saidAt))))
  }
  return spread(times)
}
