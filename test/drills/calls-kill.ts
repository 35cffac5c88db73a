import { until } from './calls-deploy-stand.ts'
import { killCases, type KillCase, type Struck } from './calls-kill-cases.ts'
import { openScene, type Scene } from './calls-kill-scene.ts'

/** What came of one kill. */
export interface KillReport {
  state: string
  moment: string
  when: string
  /** How the call ended; the end it would have reached, or what happened instead. */
  end: string
  isRight: boolean
  /** How long the hub took to start again. */
  'start, s': number
  /** From its start being done until the call was in hand again; what a busy start has done already takes no time. */
  'regained after, s': number
  /** Commands that the vendor carried out twice. */
  doubled: string[]
  /** The longest silence that the caller heard, in seconds. */
  'silence, s': number
}

/** How the drill is run. */
export interface KillSettings {
  databaseUrl: string
  dataDir: string
  /** Which of the moments. Default: all. */
  cases?: readonly KillCase[]
  say?(text: string): void
}

/**
 * Kills the hub with -9 at each moment, starts it again on the same data, and follows the call: it reaches the end it would have reached,
 * and the vendor carried out nothing twice.
 */
export async function killDrill({
  cases = killCases,
  say = () => undefined,
  ...place
}: KillSettings): Promise<KillReport[]> {
  const scene = await openScene(place)
  const reports: KillReport[] = []
  try {
    for (const one of cases) {
      const report = await killedAt(scene, one)
      say(JSON.stringify(report))
      reports.push(report)
    }
    return reports
  } finally {
    await scene.close()
  }
}

async function killedAt(scene: Scene, one: KillCase): Promise<KillReport> {
  const { state, moment, when } = one
  const { twilio } = scene.stand
  scene.tap.carried.length = 0
  const legsBefore = twilio.calls().length
  const struck = await one.strike(scene).catch((error: unknown) => missed(error))
  const { regained, finish, outcome } = struck
  const killedAt = performance.now()
  await scene.revive()
  const startedAt = performance.now()
  const end = await follow(scene, { regained, finish })
  const legs = twilio.calls().slice(legsBefore)
  return {
    ...{ state, moment, when, end: end.says, isRight: end.says === outcome },
    ...{ 'start, s': tenths(startedAt - killedAt), 'regained after, s': tenths(end.regainedAt - startedAt) },
    doubled: doublesIn(scene.tap.carried.map(({ kind, text }) => `${kind} ${text}`)),
    'silence, s': Math.max(0, ...legs.map(({ silenceMs }) => silenceMs)) / 1000,
  }
}

/** The hub was not killed where it should have been: the call is of no use. */
function missed(error: unknown): Struck {
  const fail = (): Promise<never> => Promise.reject(error instanceof Error ? error : new Error(String(error)))
  return { regained: fail, finish: fail, outcome: 'a kill at this moment' }
}

async function follow(
  scene: Scene,
  { regained, finish }: { regained(): Promise<unknown>; finish(): Promise<unknown> },
): Promise<{ says: string; regainedAt: number }> {
  let regainedAt = Number.NaN
  try {
    await regained()
    regainedAt = performance.now()
    await finish()
    await until(
      'the end',
      async () => (await isOver(scene)) && scene.stand.twilio.calls().every(({ status }) => !live.has(status)),
    )
    return { says: (await scene.call())?.outcome ?? 'nothing', regainedAt }
  } catch (error) {
    return { says: `${(await scene.call())?.state}: ${String(error)}`, regainedAt }
  }
}

const live: ReadonlySet<string> = new Set(['queued', 'ringing', 'in-progress'])

async function isOver({ stand }: Scene): Promise<boolean> {
  const rows = await stand.store.read(
    tx => tx.sql`select 1 from call where ended_at is null union all select 1 from call_leg where ended_at is null`,
  )
  return rows.length === 0
}

/** Until a caller speaks their message, nothing at the vendor tells that they were asked for it: then they are asked again, and nothing is lost. */
const asksForMessage = /^redirect .*Record/

function doublesIn(carried: readonly string[]): string[] {
  const texts = carried.filter(text => !asksForMessage.test(text))
  return [...Map.groupBy(texts, text => text)].flatMap(([text, same]) => (same.length > 1 ? [text.slice(0, 120)] : []))
}

function tenths(ms: number): number {
  return Math.round(ms / 100) / 10
}
