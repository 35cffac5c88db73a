import fc from 'fast-check'
import { disperse, gather, until } from './gateway-crowd.ts'
import type { GatewayHub } from './gateway-hub.ts'
import { frameOf, helloOf, openRaw, ticketFor } from './gateway-raw.ts'

/** What came of throwing nonsense at the gateway. */
export interface FuzzReport {
  frames: number
  connections: number
  /** Connections that were closed with a code of ours, and that were cut for breaking the rules of WebSocket. */
  closedWithCode: number
  cut: number
  /** The hub is the process that it was. */
  isAlive: boolean
  /** What it logged as its own fault. */
  errors: number
  /** A client that was there all the time heard this share of what happened. */
  bystanderHeard: number
  grownMiB: number
}

const anyJson = fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), type: fc.jsonValue(), data: fc.jsonValue() }))
const types = ['hello', 'ping', 'presence.set', 'session.renew', 'call.answer', '__proto__', 'constructor']
const nearly = fc.record(
  { id: fc.oneof(fc.string(), fc.integer(), fc.constant(null)), type: fc.constantFrom(...types), data: fc.jsonValue() },
  { requiredKeys: [] },
)
/** Frames as they might come: nonsense as text, nearly right ones, binary ones, control frames, bytes that are no frame. */
const nonsense: fc.Arbitrary<Buffer> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }).map(text => frameOf(text)),
  anyJson.map(value => frameOf(JSON.stringify(value) ?? '')),
  nearly.map(value => frameOf(JSON.stringify(value))),
  nearly.map(value => frameOf(JSON.stringify(value).slice(0, -1))),
  fc.uint8Array({ maxLength: 200 }).map(bytes => frameOf(Buffer.from(bytes), 2)),
  fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(15)).map(([bytes, opcode]) => frameOf(Buffer.from(bytes), opcode)),
  fc.uint8Array({ minLength: 1, maxLength: 60 }).map(bytes => Buffer.from(bytes)),
)

const perConnection = 20
const atOnce = 20

/** Throws so many malformed frames at the gateway, half of them after a proper hello; a bystander is to notice nothing. */
export async function fuzzDrill({
  hub,
  frames,
  seed,
}: {
  hub: GatewayHub
  frames: number
  seed: number
}): Promise<FuzzReport> {
  const { pid } = hub
  const [bystander] = await gather({ hub, clients: 1, staff: 1 })
  if (!bystander) throw new Error('nobody came')
  const before = (await hub.order({ do: 'memory' })).rss ?? 0
  const outcomes: (number | 'cut')[] = []
  const connections = Math.ceil(frames / perConnection)
  const salvos = fc.sample(fc.array(nonsense, { minLength: perConnection, maxLength: perConnection }), {
    seed,
    numRuns: Math.min(connections, 500),
  })
  let next = 0
  const thrower = async (): Promise<void> => {
    while (next < connections) {
      const nth = next++
      outcomes.push(await throwAt(hub, { salvo: salvos[nth % salvos.length] ?? [], hasHello: nth % 2 === 0, nth }))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, thrower))
  const { names = [] } = await hub.order({ do: 'say', to: [0], times: 10 })
  await until(() => names.every(name => bystander.heard.some(frame => frame.name === name)))
  const after = (await hub.order({ do: 'memory' })).rss ?? 0
  const bystanderHeard = bystander.comebacks === 0 ? names.length / 10 : 0
  await disperse([bystander])
  return {
    ...{ frames: connections * perConnection, connections },
    closedWithCode: outcomes.filter(outcome => outcome !== 'cut').length,
    cut: outcomes.filter(outcome => outcome === 'cut').length,
    isAlive: hub.pid === pid && (await fetch(`${hub.url}/health/live`)).ok,
    errors: hub.logged.filter(({ level, text }) => level === 'error' || (level === 'text' && /error/i.test(text)))
      .length,
    ...{ bystanderHeard, grownMiB: Math.round((after - before) / 2 ** 20) },
  }
}

/** How long a connection that broke no rule is left open. */
const patienceMs = 300

async function throwAt(
  hub: GatewayHub,
  { salvo, hasHello, nth }: { salvo: readonly Buffer[]; hasHello: boolean; nth: number },
): Promise<number | 'cut'> {
  // The bystander is the first person; the nonsense comes from the others.
  const { ticket, url } = hasHello
    ? await ticketFor(hub, 1 + (nth % 5))
    : { ticket: '', url: gatewayOf.get(hub) ?? (await ticketFor(hub, 1)).url }
  gatewayOf.set(hub, url)
  const { socket, closed } = await openRaw(url)
  if (hasHello) socket.write(helloOf(ticket))
  socket.write(Buffer.concat(salvo))
  const timer = setTimeout(() => socket.destroy(), patienceMs)
  const outcome = await closed
  clearTimeout(timer)
  return outcome
}

const gatewayOf = new WeakMap<GatewayHub, string>()
