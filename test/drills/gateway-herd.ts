import { spread, until } from './gateway-crowd.ts'
import { emailOf, type GatewayHub } from './gateway-hub.ts'
import { openLight, postLight, type LightSocket } from './gateway-light.ts'
import { frameOf, ticketFor } from './gateway-raw.ts'

/** How soon a crowd is back. */
export interface HerdReport {
  clients: number
  /** From the moment all were dropped, until each was welcomed again. */
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** Told that they go on where they were; and who then heard exactly what happened next. */
  resumed: number
  heardOn: number
  /** Tries that came to nothing, over all clients. */
  failedTries: number
  /** What each comeback cost the hub's process, and this one, in which the clients are. */
  cpuMsEach: number
  clientCpuMsEach: number
}

/** One of the herd. */
interface Sheep {
  email: string
  light: LightSocket | null
  epoch: string
  seq: number
  isResumed: boolean
  backAtMs: number
  failures: number
  /** The numbers of the counted frames it heard since it was welcomed. */
  heard: number[]
}

/** Drops every client at once, and waits until all are back. They are light ones: here they share the machine with the hub, and at home they do not. */
export async function herdDrill({
  hub,
  clients,
  staff,
}: {
  hub: GatewayHub
  clients: number
  staff: number
}): Promise<HerdReport> {
  const { url } = await ticketFor(hub, 0)
  const herd = await gatherHerd(hub, url, { clients, staff })
  const spentByHub = await stopwatch(async () => (await hub.order({ do: 'cpu' })).cpuSeconds ?? 0)
  const spentHere = await stopwatch(async () => ownCpuSeconds())
  const droppedAt = performance.now()
  for (const { light } of herd) light?.socket.resetAndDestroy()
  await Promise.all(herd.map(sheep => comeBack(hub, url, sheep)))
  const each = (seconds: number): number => Math.round((seconds / clients) * 100_000) / 100
  const cost = { cpuMsEach: each(await spentByHub()), clientCpuMsEach: each(await spentHere()) }
  const times = herd.map(({ backAtMs }) => backAtMs - droppedAt)
  await hub.order({ do: 'say', to: 'all', times: 1 })
  await until(() => herd.every(({ heard }) => heard.length > 0))
  const report = {
    ...{ clients, ...spread(times), resumed: herd.filter(({ isResumed }) => isResumed).length },
    heardOn: herd.filter(({ seq, heard }) => heard.every((number, nth) => number === seq + nth + 1)).length,
    failedTries: herd.reduce((sum, { failures }) => sum + failures, 0),
    ...cost,
  }
  for (const { light } of herd) light?.socket.destroy()
  return report
}

/** @returns by how much it has grown since */
async function stopwatch(read: () => Promise<number>): Promise<() => Promise<number>> {
  const before = await read()
  return async () => (await read()) - before
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function gatherHerd(
  hub: GatewayHub,
  url: string,
  { clients, staff }: { clients: number; staff: number },
): Promise<Sheep[]> {
  const nobody = { light: null, epoch: '', seq: 0, isResumed: false, backAtMs: 0, failures: 0 }
  const herd = Array.from({ length: clients }, (_, n): Sheep => ({ ...nobody, email: emailOf(n % staff), heard: [] }))
  let next = 0
  const worker = async (): Promise<void> => {
    for (let sheep = herd[next++]; sheep; sheep = herd[next++])
      await enter(sheep, { url, ticket: await ticketOf(hub, sheep) })
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  return herd
}

async function ticketOf(hub: GatewayHub, { email }: Sheep): Promise<string> {
  const body = await postLight(hub.url, { path: '/api/gateway/ticket', key: hub.key, body: { staff: email } })
  return (JSON.parse(body) as { ticket: string }).ticket
}

/** Says hello and waits for the welcome. @throws Error when the connection ends before */
async function enter(sheep: Sheep, { url, ticket }: { url: string; ticket: string }): Promise<void> {
  const light = await openLight(url)
  const known = sheep.epoch === '' ? {} : { epoch: sheep.epoch, seq: sheep.seq }
  await new Promise<void>((resolve, reject) => {
    light.socket.once('close', () => reject(new Error('closed before the welcome')))
    light.heard = text => {
      const { type, seq, data } = JSON.parse(text.toString()) as { type: string; seq: number; data: Partial<Sheep> }
      if (type !== 'welcome') return void sheep.heard.push(seq)
      const { epoch = '', isResumed = false } = data
      Object.assign(sheep, { light, epoch, seq, isResumed, heard: [] })
      resolve()
    }
    light.socket.write(frameOf(JSON.stringify({ type: 'hello', data: { ticket, ...known } })))
  })
}

/** As our own client does it: after pauses that grow and are spread by chance. */
async function comeBack(hub: GatewayHub, url: string, sheep: Sheep): Promise<void> {
  sheep.seq = sheep.heard.at(-1) ?? sheep.seq
  for (let tries = 0; ; tries++) {
    await new Promise(wake => setTimeout(wake, Math.random() * Math.min(500 * 2 ** tries, 10_000)))
    try {
      await enter(sheep, { url, ticket: await ticketOf(hub, sheep) })
      sheep.backAtMs = performance.now()
      return
    } catch {
      sheep.failures += 1
    }
  }
}
