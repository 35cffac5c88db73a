import { connectGateway, ticketFrom, type GatewayClient } from '@switchboard/gateway/client'
import { emailOf, type GatewayHub } from './gateway-hub.ts'

/** One client of a crowd, with what it heard. */
export interface Member {
  client: GatewayClient
  email: string
  /** The counted frames it was told of, since the last time it was told to forget. */
  heard: { seq: number; name: string | null; atMs: number }[]
  /** Where its count began. */
  from: number
  resets: number
  comebacks: number
  /** Welcomes that neither resumed nor said why not. */
  forgotten: number
  liveAtMs: number
}

/** How a crowd comes. */
export interface CrowdSettings {
  hub: GatewayHub
  clients: number
  /** Among how many people they are spread. */
  staff: number
  /** The way to the gateway. Default: straight. */
  through?(url: string): string
}

/** Connects many typed clients, and waits until all are live. */
export async function gather({ hub, clients, staff, through = url => url }: CrowdSettings): Promise<Member[]> {
  const members: Member[] = []
  // Not all at once: how a crowd comes is not what is tried here.
  while (members.length < clients) {
    const some = Array.from({ length: Math.min(50, clients - members.length) }, (_, index) =>
      join(hub, emailOf((members.length + index) % staff), through),
    )
    await allLive(some)
    members.push(...some)
  }
  return members
}

function join(hub: GatewayHub, email: string, through: (url: string) => string): Member {
  const ticket = ticketFrom({ url: hub.url, token: () => hub.key, staff: email })
  const client = connectGateway({
    ticket: async wish => {
      const given = await ticket(wish)
      return { ticket: given.ticket, url: through(given.url) }
    },
  })
  const member: Member = {
    ...{ client, email, heard: [], from: -1 },
    ...{ resets: 0, comebacks: 0, forgotten: 0, liveAtMs: 0 },
  }
  let isToldWhy = true
  client.on('frame', frame => {
    if (frame.type === 'welcome') {
      member.liveAtMs = performance.now()
      if (!isToldWhy) member.forgotten += 1
      isToldWhy = member.from < 0 || frame.data.isResumed
      if (member.from >= 0) member.comebacks += 1
      if (!frame.data.isResumed) Object.assign(member, { heard: [], from: frame.seq })
    } else if (frame.type === 'reset') {
      member.resets += 1
      isToldWhy = true
    } else if (frame.type !== 'notice') {
      const name = frame.type === 'call.state' ? frame.data.callId : null
      member.heard.push({ seq: frame.seq, name, atMs: performance.now() })
    }
  })
  return member
}

/** Waits until everybody is live. */
export async function allLive(members: readonly Member[]): Promise<void> {
  await until(() => members.every(({ client }) => client.state() === 'live'))
}

/** Waits until something holds. @throws Error when it does not in five minutes */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > 300_000) throw new Error(`this never came to be: ${holds}`)
    await new Promise(wake => setTimeout(wake, 20))
  }
}

/** Sends everybody home. */
export async function disperse(members: readonly Member[]): Promise<void> {
  for (const { client } of members) client.close()
  await new Promise(wake => setTimeout(wake, 100))
}

/** The middle one and the hundredth from the top, in whole milliseconds. */
export function spread(times: readonly number[]): { p50Ms: number; p99Ms: number; maxMs: number } {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: Math.round(sorted.at(-1) ?? 0) }
}
