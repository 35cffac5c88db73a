import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { HubProcess } from '@switchboard/test-e2e/hub-process'
import type { SimulatedCall } from '@switchboard/test-simulators/twilio-control'
import { freePort, openHubsStand, until, type HubsStand, type Colleague, type Place } from './calls-deploy-stand.ts'
import { startFrontDoor, type FrontDoor } from './calls-deploy-proxy.ts'

/** How a rollout drill is run. */
export interface RedeploySettings {
  databaseUrl: string
  dataDir: string
  /** How often a new hub takes over from the old. */
  times: number
  /** Calls that go on at any moment. */
  calls: number
  /** What stands in front: a proxy of our own, or haproxy with the file of `config/deploy`. */
  proxy: 'own' | 'haproxy'
  say?(text: string): void
}

/** What came of the redeploys. */
export interface RedeployReport {
  proxy: string
  redeploys: number
  concurrent: number
  calls: number
  /** Callers who lost somebody, or never got anybody. */
  dropped: number
  /** Legs dialled beyond one for each call. */
  'dialled twice': number
  webhooks: number
  /** Webhooks without a 2xx, each try counted. */
  'webhook errors': number
  'proxy errors': number
  'longest silence, s': number
  /** From the old hub's SIGTERM until it was gone. */
  'drain, s': string
  /** From the new hub's start until it was ready. */
  'start, s': string
}

/**
 * Calls come and go, a number of them at any moment, while a new hub starts beside the old on the same database, takes over, and the old one
 * drains and leaves, again and again. Everybody who rings is answered, talks until they hang up, and nobody notices.
 */
export async function redeployDrill(settings: RedeploySettings): Promise<RedeployReport> {
  const { times, calls, proxy, say = () => undefined } = settings
  const [blue, green] = [await placeOf(), await placeOf()]
  const door = await (proxy === 'own' ? startFrontDoor([blue, green]) : startHaproxy(blue, green))
  const stand = await openHubsStand({ ...settings, seed: 21, publicUrl: door.url, gatewayUrl: door.gatewayUrl })
  let hub: HubProcess | null = null
  const hubs: HubProcess[] = []
  const next: Place[] = [green]
  const [starts, drains]: [number[], number[]] = [[], []]
  try {
    hubs.push((hub = await stand.startHub(blue)))
    await until('the hub is ready behind the proxy', () => isUp(door))
    const traffic = startTraffic(stand, await stand.staff(calls + 10), calls)
    await until('all of them talk', () => traffic.talking() >= calls * 0.9, 60_000)
    say(`${traffic.talking()} talk, ${failuresOf(stand)}`)
    for (let time = 1; time <= times; time++) {
      const place = next.shift() ?? green
      next.push(place === green ? blue : green)
      const [old, startedAt]: [HubProcess, number] = [hub, performance.now()]
      hubs.push((hub = await stand.startHub(place)))
      starts.push(performance.now() - startedAt)
      await pause(500)
      const drainedAt = performance.now()
      const code = await old.end('SIGTERM')
      drains.push(performance.now() - drainedAt)
      if (code !== 0) throw new Error(`the old hub ended with ${code}:\n${old.log()}`)
      say(`${time} of ${times}: ${traffic.talking()} talk, ${traffic.dropped.length} dropped, ${failuresOf(stand)}`)
    }
    await traffic.stop()
    await until('every call to be over', () => areOver(stand), 60_000)
    return {
      ...{ proxy, redeploys: times, concurrent: calls, calls: traffic.count(), dropped: traffic.dropped.length },
      ...(await legsOf(stand)),
      ...{ webhooks: stand.webhooks(), 'webhook errors': stand.failedWebhooks.length },
      ...{ 'proxy errors': door.errors().length, 'drain, s': spread(drains), 'start, s': spread(starts) },
    }
  } finally {
    say(failuresOf(stand))
    for (const line of [...door.errors(), ...hubs.flatMap(errorsOf)].slice(0, 20)) say(line)
    await hub?.end('SIGTERM')
    await stand.close()
    await door.close()
  }
}

/** How webhooks failed, and how often. */
function failuresOf({ failedWebhooks }: HubsStand): string {
  const kinds = Map.groupBy(failedWebhooks, kindOf)
  return `${failedWebhooks.length} webhook errors ${[...kinds].map(([kind, all]) => `${all.length} x ${kind}`).join(', ')}`
}

function kindOf({ url, ending, status, because }: HubsStand['failedWebhooks'][number]): string {
  return `${new URL(url).pathname} ${status ?? ending}${because === undefined ? '' : ` (${because})`}`
}

/** What a hub logged as errors, and which answers it had to seek again. */
function errorsOf(hub: HubProcess): string[] {
  const lines = hub.log().split('\n')
  return lines.filter(line => /"level":(?:50|60|"error")|sought again/.test(line))
}

async function placeOf(): Promise<Place> {
  return { port: await freePort(), gatewayPort: await freePort() }
}

async function isUp({ url }: FrontDoor): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

const file = join(import.meta.dirname, '../../config/deploy/haproxy.cfg')

/** haproxy as a user would run it, with the file of this repository. */
async function startHaproxy(blue: Place, green: Place): Promise<FrontDoor> {
  const [web, gateway] = [await freePort(), await freePort()]
  const ports = {
    ...{ WEB_PORT: web, GATEWAY_PORT: gateway, BLUE_PORT: blue.port, BLUE_GATEWAY_PORT: blue.gatewayPort },
    ...{ GREEN_PORT: green.port, GREEN_GATEWAY_PORT: green.gatewayPort },
  }
  const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]))
  const child = spawn('haproxy', ['-db', '-q', '-f', file], {
    env: { PATH: process.env.PATH, ...env },
    stdio: 'ignore',
  })
  await once(child, 'spawn')
  return {
    url: `http://127.0.0.1:${web}`,
    gatewayUrl: `ws://127.0.0.1:${gateway}/gateway`,
    errors: () => (child.exitCode === null ? [] : [`haproxy ended with ${child.exitCode}`]),
    close: async () => {
      const ended = once(child, 'exit')
      if (child.kill('SIGTERM')) await ended
    },
  }
}

/** Calls that come and go. */
interface Traffic {
  talking(): number
  count(): number
  /** Who lost their call, and how. */
  dropped: string[]
  /** Lets nobody ring any more, and waits until everybody has hung up. */
  stop(): Promise<void>
}

const talkMs = { least: 15_000, most: 45_000 }

/** Keeps so many calls going: whoever hangs up is followed by the next caller. Phones pick up by themselves. */
function startTraffic({ twilio }: HubsStand, staff: readonly Colleague[], calls: number): Traffic {
  for (const { phone } of staff) twilio.script(phone, { answersAfterMs: 300 })
  const dropped: string[] = []
  let [talking, count, isOver] = [0, 0, false]
  const one = async (line: number): Promise<void> => {
    await pause(line * 40)
    for (let number = 0; !isOver; number++) {
      count += 1
      const call = twilio.ring({ from: `+614915${String(line * 100 + (number % 100)).padStart(5, '0')}` })
      const problem = await conversation(
        call,
        () => (talking += 1),
        () => isOver,
      )
      if (problem !== 'never answered') talking -= 1
      if (problem) dropped.push(`${call.callSid} ${problem}`)
    }
  }
  const lines = Array.from({ length: calls }, (_, line) => one(line))
  return {
    ...{ dropped, talking: () => talking, count: () => count },
    stop: async () => {
      isOver = true
      await Promise.all(lines)
    },
  }
}

/** Rings until somebody is there, talks for a while, and hangs up. @returns what went wrong */
async function conversation(
  call: SimulatedCall,
  answered: () => void,
  isEnough: () => boolean,
): Promise<string | null> {
  const isIn = (): boolean => call.view().conference !== null && call.view().heard.at(-1)?.sound === 'conference'
  const hasBegun = await until('an answer', isIn, 40_000).catch(() => false)
  if (!hasBegun) {
    call.hangUp()
    return 'never answered'
  }
  answered()
  const end = performance.now() + talkMs.least + Math.random() * (talkMs.most - talkMs.least)
  while (performance.now() < end && !isEnough()) {
    if (call.view().status !== 'in-progress') return `ended by itself: ${call.view().status}`
    if (!isIn()) await until('company', isIn, 1_000).catch(() => undefined)
    if (!isIn() && call.view().status === 'in-progress') return `left alone with ${call.view().heard.at(-1)?.sound}`
    await pause(200)
  }
  return call.hangUp() ? null : 'ended by itself'
}

/** Whether every call is over, and every leg of it. */
async function areOver({ store, twilio }: HubsStand): Promise<boolean> {
  const [open] = await store.read(
    tx => tx.sql<{ count: number }>`select count(*)::int as count from call where ended_at is null`,
  )
  return open?.count === 0 && twilio.calls().every(({ status }) => !liveStatuses.has(status))
}

const liveStatuses: ReadonlySet<string> = new Set(['queued', 'ringing', 'in-progress'])

async function legsOf({ twilio }: HubsStand): Promise<{ 'dialled twice': number; 'longest silence, s': number }> {
  const legs = twilio.calls()
  const labels = legs.flatMap(({ label }) => label ?? [])
  return {
    'dialled twice': labels.length - new Set(labels).size,
    'longest silence, s': Math.max(0, ...legs.map(({ silenceMs }) => silenceMs)) / 1000,
  }
}

function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(ms => (ms / 1000).toFixed(1))
  return least === most ? `${least}` : `${least}–${most}`
}

function pause(ms: number): Promise<void> {
  return new Promise(wake => setTimeout(wake, ms))
}
