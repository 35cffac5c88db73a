import { disperse, gather, spread, until } from './gateway-crowd.ts'
import type { GatewayHub } from './gateway-hub.ts'
import { openProxy } from '@switchboard/gateway/test-proxy'

/** How soon a crowd is back. */
export interface HerdReport {
  clients: number
  /** From the moment all were dropped, until each was welcomed again. */
  p50Ms: number
  p99Ms: number
  maxMs: number
  resumed: number
  /** What each comeback cost the hub's process. */
  cpuMsEach: number
}

/** Drops every client at once, and waits until all are back. */
export async function herdDrill({
  hub,
  clients,
  staff,
}: {
  hub: GatewayHub
  clients: number
  staff: number
}): Promise<HerdReport> {
  const line = await openProxy()
  const members = await gather({ hub, clients, staff, through: url => line.through(url) })
  const before = (await hub.order({ do: 'usage' })).cpuSeconds ?? 0
  const droppedAt = performance.now()
  line.cut()
  await until(() => members.every(({ comebacks }) => comebacks > 0))
  const spent = ((await hub.order({ do: 'usage' })).cpuSeconds ?? 0) - before
  const times = members.map(({ liveAtMs }) => liveAtMs - droppedAt)
  const resumed = members.filter(({ comebacks, forgotten }) => comebacks > 0 && forgotten === 0).length
  await disperse(members)
  await line.close()
  return { clients, ...spread(times), resumed, cpuMsEach: Math.round((spent / clients) * 100_000) / 100 }
}
