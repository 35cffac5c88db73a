import { openProxy, type TestProxy } from '@switchboard/gateway/test-proxy'
import { allLive, disperse, gather, spread, until, type Member } from './gateway-crowd.ts'
import type { GatewayHub } from './gateway-hub.ts'

/** How the network misbehaves. */
export interface CutSettings {
  hub: GatewayHub
  clients: number
  staff: number
  seconds: number
  /** How often, and for how long, nothing goes through. */
  everyMs: number
  cutMs: number
  /** After which cuts the hub is restarted too. */
  restartAt: readonly number[]
  eventsPerSecond: number
}

/** What came of it. */
export interface CutReport {
  clients: number
  published: number
  /** Frames that were to reach somebody, over all clients. */
  due: number
  heard: number
  /** Due and never told, nor said to be gone. */
  missing: number
  /** Told twice, or not in order, or another than the one that is kept. */
  wrong: number
  cuts: number
  restarts: number
  comebacks: number
  resets: number
  /** Not resumed, and not told so by a reset. */
  forgotten: number
  /** From the end of a cut until a client was welcomed; and how often one was not before the next cut. */
  backP50Ms: number
  backP99Ms: number
  late: number
}

type Troubles = Pick<CutReport, 'cuts' | 'restarts' | 'backP50Ms' | 'backP99Ms' | 'late'>

/** Clients over a line that is cut again and again, while events flow and the hub is restarted; then every frame is counted. */
export async function cutsDrill(settings: CutSettings): Promise<CutReport> {
  const { hub, clients, staff } = settings
  const line = await openProxy()
  const members = await gather({ hub, clients, staff, through: url => line.through(url) })
  const talk = talking(settings)
  const troubles = await trouble(settings, line, members)
  const published = await talk.stop()
  await allLive(members)
  const frames = await settled(hub, members)
  const report = judge(members, frames)
  await disperse(members)
  await line.close()
  return { ...{ clients, published }, ...report, ...troubles }
}

/** Events without end, for everybody; while the hub is away they wait. */
function talking({ hub, eventsPerSecond }: CutSettings): { stop(): Promise<number> } {
  const talk = { isOver: false, published: 0 }
  const work = (async () => {
    while (!talk.isOver) {
      const said = hub.order({ do: 'say', to: 'all', times: 1, bytes: 20 }).then(
        () => (talk.published += 1),
        () => undefined,
      )
      await said
      await new Promise(wake => setTimeout(wake, 1000 / eventsPerSecond))
    }
  })()
  return {
    stop: async () => {
      talk.isOver = true
      await work
      return talk.published
    },
  }
}

async function trouble(
  { hub, seconds, everyMs, cutMs, restartAt }: CutSettings,
  line: TestProxy,
  members: readonly Member[],
): Promise<Troubles> {
  const cuts = Math.floor((seconds * 1000) / everyMs)
  const times: number[] = []
  let late = 0
  for (let cut = 0; cut < cuts; cut++) {
    line.down()
    const restarting = restartAt.includes(cut) ? hub.restart() : Promise.resolve()
    await new Promise(wake => setTimeout(wake, cutMs))
    await restarting
    line.up()
    const upAt = performance.now()
    await new Promise(wake => setTimeout(wake, everyMs - cutMs))
    const back = members.map(({ liveAtMs }) => liveAtMs - upAt).filter(ms => ms > 0)
    times.push(...back)
    late += members.length - back.length
  }
  const { p50Ms: backP50Ms, p99Ms: backP99Ms } = spread(times)
  return { cuts, restarts: restartAt.filter(at => at < cuts).length, backP50Ms, backP99Ms, late }
}

type Frames = Map<string, { seq: number; name: string | null }[]>

/** Every frame there is, once all were told of the last. */
async function settled(hub: GatewayHub, members: readonly Member[]): Promise<Frames> {
  await until(async () => (await hub.order({ do: 'idle' })).isIdle === true)
  const read = async (): Promise<Frames> =>
    Map.groupBy((await hub.order({ do: 'frames' })).frames ?? [], ({ email }) => email)
  const startedAt = performance.now()
  for (;;) {
    const frames = await read()
    const isDone = members.every(
      ({ email, heard, from }) => (heard.at(-1)?.seq ?? from) >= (frames.get(email)?.at(-1)?.seq ?? 0),
    )
    if (isDone || performance.now() - startedAt > 30_000) return frames
    await new Promise(wake => setTimeout(wake, 200))
  }
}

/** Holds what each client heard against what is kept for its person. */
function judge(members: readonly Member[], frames: Frames): Omit<CutReport, 'clients' | 'published' | keyof Troubles> {
  const sum = { due: 0, heard: 0, missing: 0, wrong: 0, comebacks: 0, resets: 0, forgotten: 0 }
  for (const { email, heard, from, comebacks, resets, forgotten } of members) {
    const due = (frames.get(email) ?? []).filter(({ seq }) => seq > from)
    const byName = new Map(heard.map(frame => [frame.seq, frame.name]))
    sum.due += due.length
    sum.heard += heard.length
    sum.missing += due.filter(({ seq }) => !byName.has(seq)).length
    sum.wrong += heard.filter(({ seq }, index) => seq !== from + index + 1).length
    sum.wrong += due.filter(({ seq, name, ...frame }) => {
      const told = byName.get(seq)
      return told !== undefined && 'type' in frame && frame.type === 'call.state' && told !== name
    }).length
    Object.assign(sum, {
      comebacks: sum.comebacks + comebacks,
      resets: sum.resets + resets,
      forgotten: sum.forgotten + forgotten,
    })
  }
  return sum
}
