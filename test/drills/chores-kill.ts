import { randomOf } from '@switchboard/test-simulators/random'
import { until } from './calls-deploy-stand.ts'
import { compareFront, keptMessages, type FrontComparison, type KeptMessage } from './chores-front.ts'
import { openChoreStand, type ChoreStand } from './chores-stand.ts'

/** What came of many events while the hub died again and again. */
export interface KillReport extends FrontComparison {
  kills: number
  /** How many of the runs of FrontEvents came to their end. */
  runs: string
  /** Of the messages, those that a webhook told too. */
  'told and read': number
  miscounted: number
}

/** How much happens. */
export interface KillSettings {
  databaseUrl: string
  dataDir: string
  events: number
  kills: number
}

/** What a hub that was killed holds is free after this long. */
const leaseMs = 20_000

/**
 * People write to Front while half of its webhooks are lost and a tenth of its answers is 429; FrontEvents reads, and now and then the hub
 * is killed with -9 in the middle of it and started again.
 */
export async function killDrill({ events, kills, ...place }: KillSettings): Promise<KillReport> {
  const random = randomOf(17)
  const scene = await openChoreStand({ ...place, seed: 17, hubs: 1 })
  try {
    await scene.hubs[0]?.order({ do: 'job', name: 'FrontEvents' })
    const before = await unread(scene)
    scene.front.faults.set({ drop: 0.5, duplicate: 0.05, status429: 0.1, retryAfterSeconds: 0.05 })
    const rounds = kills + 1
    const ended: boolean[] = []
    for (let round = 1; round <= rounds; round++) {
      const { heard } = scene.front.many(
        Math.round((events * round) / rounds) - Math.round((events * (round - 1)) / rounds),
        'messages',
      )
      const told = Promise.all(heard.map(({ delivered }) => delivered))
      if (round < rounds) await killDuring(scene, random.int(100, 1500), ended)
      await told
    }
    for (let left = 20; left > 0 && !(await run(scene, ended)); left--) await scene.wait(leaseMs)
    await until('every delivery is worked off', () => isIdle(scene), 60_000)
    const kept = await scene.rows<KeptMessage>(keptMessages)
    const both = await scene.rows(
      `select 1 from message_event where vendor = 'front' and webhook_at is not null and read_at is not null`,
    )
    return {
      ...compareFront(scene.front.messages(), kept),
      ...{ kills, runs: `${ended.filter(Boolean).length} of ${ended.length}`, 'told and read': both.length },
      miscounted: (await unread(scene)) - before - events,
    }
  } finally {
    await scene.close()
  }
}

async function killDuring(scene: ChoreStand, afterMs: number, ended: boolean[]): Promise<void> {
  const running = run(scene, ended)
  await new Promise(wake => setTimeout(wake, afterMs))
  await scene.kill(0)
  await running
  await scene.wait(leaseMs)
}

async function run({ hubs }: ChoreStand, ended: boolean[]): Promise<boolean> {
  const isDone = await hubs[0]?.order({ do: 'job', name: 'FrontEvents' }).then(
    () => true,
    () => false,
  )
  ended.push(isDone === true)
  return isDone === true
}

async function isIdle({ rows, wait }: ChoreStand): Promise<boolean> {
  const waiting = await rows('select 1 from inbox where done_at is null and dead_at is null limit 1')
  if (waiting.length > 0) await wait(1000)
  return waiting.length === 0
}

async function unread({ rows }: ChoreStand): Promise<number> {
  const [row] = await rows<{ unread: number }>('select coalesce(sum(unread), 0)::int as unread from thread')
  return row?.unread ?? 0
}
