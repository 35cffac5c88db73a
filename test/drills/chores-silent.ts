import { alerts } from '@switchboard/alerts'
import { messaging } from '@switchboard/messaging'
import { staff } from '@switchboard/staff'
import type { RunningFront } from '@switchboard/test-simulators/front'
import { compareFront, keptMessages, type FrontComparison, type KeptMessage } from './chores-front.ts'
import { asked } from './chores-stand.ts'
import { settled, stand, type Stand } from './vendor-stand.ts'

/** What came of an hour in which Front's webhook told nothing. */
export interface SilentReport extends FrontComparison {
  /** Messages that no webhook told. */
  untold: number
  /** Runs of FrontCheck from the silence to the alert; from the recovery until it was over. */
  'runs to the alert': number
  'runs to the end of it': number
  /** Messages that count as unread more or less than once. */
  miscounted: number
}

/** How long it lasts, in simulated minutes. */
export interface SilentSettings {
  databaseUrl: string
  dataDir: string
  silentMinutes: number
  /** What people write in a minute. */
  perMinute: number
}

const [eventsEvery, checkEvery, calmMinutes] = [5, 10, 10]

/** People write to Front; for a while its webhook tells nothing, and then again. Chores run as they are scheduled, by a clock that is moved. */
export async function silentDrill({
  databaseUrl,
  dataDir,
  silentMinutes,
  perMinute,
}: SilentSettings): Promise<SilentReport> {
  const scene = await stand(['front'], {
    ...{ databaseUrl, dataDir, seed: 41, people: 40, options: { front: { perMinute: 60_000 } } },
    plugins: {
      staff: { use: staff },
      alerts: { use: alerts },
      messaging: { use: messaging, options: { schedule: null, checkSchedule: null } },
    },
  })
  try {
    const front = scene.simulators.get('front') as RunningFront
    await scene.hub.runJob('FrontEvents')
    const before = await unread(databaseUrl)
    const alerted: boolean[] = []
    let heard = 0
    let untold = 0
    const until = calmMinutes + silentMinutes
    for (let at = 1; at <= until + 2 * checkEvery; at++) {
      const isSilent = at > calmMinutes && at <= until
      front.faults.set({ silentWebhook: isSilent ? 1 : 0 })
      for (let one = 0; one < perMinute; one++) await write(front, (heard += 1))
      if (isSilent) untold += perMinute
      if (at % eventsEvery === 0) await settled(scene)
      scene.wait(60_000)
      if (at % eventsEvery === 0) await scene.hub.runJob('FrontEvents')
      if (at % checkEvery === 0) alerted.push(await check(scene, databaseUrl))
    }
    const kept = await asked<KeptMessage>(databaseUrl, keptMessages)
    const isQuiet = alerted.slice(0, calmMinutes / checkEvery).every(isRaised => !isRaised)
    const during = alerted.slice(calmMinutes / checkEvery, until / checkEvery)
    const after = alerted.slice(until / checkEvery)
    return {
      ...compareFront(front.messages(), kept),
      ...{ untold, miscounted: (await unread(databaseUrl)) - before - heard },
      'runs to the alert': isQuiet ? 1 + indexOr(during, true) : -1,
      'runs to the end of it': 1 + indexOr(after, false),
    }
  } finally {
    await scene.close()
  }
}

async function write(front: RunningFront, number: number): Promise<void> {
  const text = `this is number ${number}`
  await front.hear({ from: `+6149157${String(1000 + (number % 7))}`, text }).delivered
}

async function check({ hub }: Stand, databaseUrl: string): Promise<boolean> {
  await hub.runJob('FrontCheck')
  const standing = `select 1 from alert where part = 'front' and key = 'messages:silent' and cleared_at is null`
  return (await asked(databaseUrl, standing)).length > 0
}

async function unread(databaseUrl: string): Promise<number> {
  const [row] = await asked<{ unread: number }>(
    databaseUrl,
    'select coalesce(sum(unread), 0)::int as unread from thread',
  )
  return row?.unread ?? 0
}

/** Where it is first, or beyond the end. */
function indexOr(list: readonly boolean[], wanted: boolean): number {
  const index = list.indexOf(wanted)
  return index < 0 ? list.length + 99 : index
}
