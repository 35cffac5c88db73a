import { startPostgres, type Postgres } from '@switchboard/postgres-embedded'
import { silentLog } from '@switchboard/core/hub'
import type { HubProcess } from '@switchboard/test-e2e/hub-process'
import { randomOf, type Random } from '@switchboard/test-simulators/random'
import { freePort, openHubsStand, until, type Colleague, type HubsStand } from './calls-deploy-stand.ts'
import { breaksOf, readCalls, toldAgain, type Break, type CallRecord } from './calls-truth.ts'

/** How long calls come in, how many, and what to say meanwhile. */
export interface TroubleSettings {
  databaseUrl: string
  dataDir: string
  /** Calls that come in, evenly. */
  calls: number
  seconds: number
  say?(text: string): void
}

/** What came of it. */
export interface TroubleReport {
  trouble: string
  /** How often it struck. */
  times: number
  calls: number
  answered: number
  voicemail: number
  /** Callers whose line was ended by us, or who never got anybody. */
  lost: number
  'told again': number
  'longest silence, s': number
  'hubs that died': number
  breaks: Break[]
}

const second = 1_000

/** Postgres is restarted every 5 to 10 s while calls come and go. `server` is where it runs. */
export async function databaseDrill(
  settings: TroubleSettings & { server: { current: Postgres; dataDir: string } },
): Promise<TroubleReport> {
  const { server, seconds, say = () => undefined } = settings
  const random = randomOf(31)
  const port = Number(new URL(settings.databaseUrl).port)
  return underWay('database restarts', settings, 1, async () => {
    let times = 0
    for (const endAt = performance.now() + seconds * second; performance.now() < endAt;) {
      await pause(random.int(5 * second, 10 * second))
      await server.current.stop({ force: true })
      server.current = await startPostgres({ dataDir: server.dataDir, port, log: silentLog(), durable: false })
      say(`the database was restarted: ${(times += 1)}`)
    }
    return times
  })
}

/** Two hubs on one database: the one that the vendor does not speak with is stopped in the middle of its work, for 30 s, and goes on. */
export async function frozenDrill(settings: TroubleSettings): Promise<TroubleReport> {
  const { seconds, say = () => undefined } = settings
  return underWay('a hub stopped and woken', settings, 2, async hubs => {
    const hub = hubs[1]
    if (!hub) throw new Error('there is no second hub')
    await pause((seconds / 6) * second)
    process.kill(hub.pid, 'SIGSTOP')
    say('one of two hubs stands still')
    await pause((seconds / 2) * second)
    process.kill(hub.pid, 'SIGCONT')
    say('it goes on')
    return 1
  })
}

/** Lets calls come and go while `strike` does its harm, waits for the last of them to end, and compares what the hub says with what happened. */
async function underWay(
  trouble: string,
  settings: TroubleSettings,
  hubCount: number,
  strike: (hubs: HubProcess[]) => Promise<number>,
): Promise<TroubleReport> {
  const { calls, seconds, databaseUrl } = settings
  const places = await Promise.all(
    Array.from({ length: hubCount }, async () => ({ port: await freePort(), gatewayPort: await freePort() })),
  )
  const [front] = places
  if (!front) throw new Error('there is no hub')
  const publicUrl = `http://127.0.0.1:${front.port}`
  const gatewayUrl = `ws://127.0.0.1:${front.gatewayPort}/gateway`
  const stand = await openHubsStand({ ...settings, seed: 31, publicUrl, gatewayUrl })
  const hubs: HubProcess[] = []
  try {
    for (const place of places) hubs.push(await stand.startHub(place))
    const staff = await stand.staff(Math.ceil((calls / seconds) * 45))
    const [callers, times] = await Promise.all([ringing(stand, staff, { calls, seconds }), strike(hubs)])
    const isOver = (): boolean => stand.twilio.calls().every(({ endedAtMs }) => endedAtMs !== null)
    await until('every call ended', isOver, 120 * second).catch(() => null)
    await until('the hub says so', async () => (await readCalls(databaseUrl)).every(isDone), 60 * second).catch(
      () => null,
    )
    const records = await readCalls(databaseUrl)
    const evidence = { calls: records, legs: stand.twilio.calls(), performed: stand.twilio.performed() }
    const outcome = (name: string): number => records.filter(call => call.outcome === name).length
    return {
      ...{ trouble, times, calls: callers.length, answered: outcome('answered'), voicemail: outcome('voicemail') },
      lost: callers.filter(isLost).length,
      'told again': toldAgain(evidence),
      'longest silence, s': Math.max(0, ...callers.map(({ view }) => view().longestSilenceMs)) / second,
      'hubs that died': hubs.filter(({ pid }) => !isAlive(pid)).length,
      breaks: breaksOf(evidence),
    }
  } finally {
    for (const hub of hubs) await hub.end('SIGTERM')
    await stand.close()
  }
}

function isDone({ state, legs }: CallRecord): boolean {
  return state === 'Hungup' && legs.every(({ endedAt }) => endedAt !== null)
}

interface Ringing {
  view: ReturnType<HubsStand['twilio']['ring']>['view']
  hangsUpAtMs: number
}

/** Customers ring, evenly, and hang up after half a minute or so; staff answer within seconds. */
async function ringing(
  { twilio }: HubsStand,
  staff: readonly Colleague[],
  { calls, seconds }: { calls: number; seconds: number },
): Promise<Ringing[]> {
  const random: Random = randomOf(7)
  for (const { phone } of staff) twilio.script(phone, () => ({ answersAfterMs: random.int(500, 4 * second) }))
  const callers: Ringing[] = []
  for (let call = 0; call < calls; call++) {
    const hangUpAfterMs = random.int(15 * second, 35 * second)
    const { view } = twilio.ring({ from: `+6149157${String(1000 + call)}`, hangUpAfterMs })
    callers.push({ view, hangsUpAtMs: view().startedAtMs + hangUpAfterMs })
    await pause((seconds * second) / calls)
  }
  return callers
}

/** Somebody whose line ended before they hung up, or who heard that something is wrong. */
function isLost({ view, hangsUpAtMs }: Ringing): boolean {
  const { endedAtMs, heard } = view()
  const isCutOff = endedAtMs !== null && endedAtMs < hangsUpAtMs - second / 2
  return isCutOff || heard.some(({ text }) => text?.includes('application error') === true) || !heard.some(isCompany)
}

function isCompany({ sound }: { sound: string }): boolean {
  return sound === 'conference' || sound === 'beep'
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(wake => setTimeout(wake, ms))
}
