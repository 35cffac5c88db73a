import { definePlugin, messageOf, second, z, type Hub, type Tx, type Welcome } from '@switchboard/core'
import { dutyOf, seesDuty, statusOf } from './duty.ts'
import { StaffMember } from './entities.ts'
import { finishWrapups, makeRoster, type RosterNeeds } from './roster.ts'
import { changeRoute } from './change.ts'
import { staffRoutes } from './routes.ts'
import { readActive, stampOf, type StaffRow } from './store.ts'
import { teamRoute } from './team.ts'

const options = z.object({
  /** How long a person is left alone after a conversation; 0 turns wrapping up off. */
  wrapUpSeconds: z.int().min(0).max(3600).default(20),
  /** In which times of day are told, by its IANA name. */
  timeZone: z.string().refine(isTimeZone, 'is no time zone; write one such as Australia/Brisbane').default('UTC'),
})

/** The people who answer: who is on, who is free, and the claim that gives a free person to one call only. */
export const staff = definePlugin({
  name: 'staff',
  options,
  provides: ['roster'],
  entities: [StaffMember],
  setup: (hub, { wrapUpSeconds, timeZone }) => {
    const needs: RosterNeeds = { events: hub.events, now: () => hub.now(), wrapUpSeconds, timeZone }
    const roster = makeRoster(needs)
    const wrapups = everySecond(hub, () => hub.store.transact(tx => finishWrapups(tx, needs)))
    return {
      ports: { roster },
      routes: [...staffRoutes(hub, roster), teamRoute(hub, timeZone), changeRoute(hub)],
      welcome: { presence: everybodysPresence(needs.now) },
      start: async () => (hub.roles.has('worker') ? wrapups.start() : undefined),
      drain: wrapups.stop,
      close: wrapups.stop,
    }
  },
})

/** The field `presence` of the first frame of a client: everybody's, and to those who lead also what they do. */
function everybodysPresence(now: () => Date): Welcome {
  const read = readOnce()
  const show = sameForAll(now)
  return async (tx, staffId) => {
    const everybody = await read(tx)
    const shown = show(everybody)
    const role = everybody.find(({ id }) => id === staffId)?.role ?? 'viewer'
    const [seesOwn, seesOthers] = [staffId, null].map(of => seesDuty({ role, staffId }, of))
    return everybody.map((row, nth) => {
      const sees = row.id === staffId ? seesOwn : seesOthers
      return sees ? { ...shown[nth], duty: dutyOf(row, now()) } : shown[nth]
    })
  }
}

/** What everybody sees of each of these people; made once while nothing of them changes, for it is told to all who come back together. */
function sameForAll(now: () => Date): (everybody: readonly StaffRow[]) => readonly object[] {
  let known: { of: readonly StaffRow[]; until: number; shown: readonly object[] } | null = null
  return everybody => {
    const at = now().getTime()
    if (known?.of !== everybody || at >= known.until) {
      const ends = everybody.flatMap(({ wrapupUntil }) => wrapupUntil?.getTime() ?? []).filter(end => end > at)
      const shown = everybody.map(row => ({ staffId: row.id, name: row.name, ...statusOf(row, new Date(at)) }))
      known = { of: everybody, until: Math.min(...ends), shown }
    }
    return known.shown
  }
}

/** Reads everybody, and not again until anybody changed: when all clients come back at once, each asks for all. Those who ask in one go are answered by one look. */
function readOnce(): (tx: Tx) => Promise<StaffRow[]> {
  let known: { stamp: string; rows: StaffRow[] } | null = null
  const looking = new WeakMap<Tx, Promise<StaffRow[]>>()
  const look = async (tx: Tx): Promise<StaffRow[]> => {
    const stamp = await stampOf(tx)
    if (known?.stamp !== stamp) known = { stamp, rows: await readActive(tx) }
    return known.rows
  }
  return tx => {
    const same = looking.get(tx)
    if (same) return same
    const one = look(tx)
    looking.set(tx, one)
    // What the same transaction writes afterwards is looked for anew.
    queueMicrotask(() => looking.delete(tx))
    return one
  }
}

/** Does `work` every second until stopped, never twice at once. What fails is done a second later. */
function everySecond(hub: Hub, work: () => Promise<void>): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  const once = async (): Promise<void> => {
    await work().catch(error => hub.log.warn({ error: messageOf(error) }, 'wrapping up was not ended'))
    running = undefined
  }
  return {
    start: () => {
      timer ??= setInterval(() => (running ??= once()), second)
    },
    stop: async () => {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC'
}
