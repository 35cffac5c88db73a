import {
  cleanPhone,
  messageOf,
  newId,
  type Blocklist,
  type Caller,
  type Hours,
  type Log,
  type OnDuty,
  type Opening,
  type Roster,
  type StaffId,
  type Threads,
  type Tx,
} from '@switchboard/core'
import { isNew, ladderOf, type Facts, type Ladder, type LadderStep, type Owner } from './ladder.ts'
import { prefer, type Preferred, type Ties } from './preferred.ts'
import { queueOf, rulesFor, type Current, type Defaults, type Rules } from './routing-settings.ts'
import { currentSettings, firstLook, noteTurn, tiesWith, turnsOf, waitingBefore } from './routing-store.ts'
import type { Call, MachineEvent, Rung } from './state.ts'

/** What routing asks of its surroundings. */
export interface Surroundings {
  log: Log
  settings: Defaults
  now(): Date
  roster(): Roster
  /** Null: nobody keeps hours, so it is always open. */
  hours?(): Hours | null
  /** Null: nobody keeps lists of spam. */
  blocklist?(): Blocklist | null
  /** Null: nobody knows who wrote to whom. */
  threads?(): Pick<Threads, 'writtenBy'> | null
  /** The caller's card; null when nobody knows people. */
  card?(tx: Tx, phone: string | null): Promise<Caller | null>
  /** What was asked already, in the transaction of this look. */
  ahead?: {
    current?: Promise<Current>
    seen?: Promise<Seen>
    /** Cards that are looked up on the way, by phone. */
    cards?: Map<string, Caller>
  }
}

type Routed = Extract<MachineEvent, { type: 'routed' }>

/** Routing's answer, with what only the trail needs. */
export interface RoutedWhy extends Routed {
  /** The version of the settings that was followed. */
  version: number
  ladder: LadderStep[]
  /** Everybody who could have been rung, in order. */
  free: { staffId: StaffId; name: string }[]
  preferred: readonly Preferred[]
  owner: Owner
  opening: Opening | null
}

/**
 * Chooses whom to ring next and claims them, in the call's own transaction. Nobody is rung twice for one call, but for who handed it
 * over and gets it back. Everybody the rules lead to who is not rung is named with the reason, except those whose turn has simply not
 * come. Who waits is served in the order in which they began to.
 */
export async function route(around: Surroundings, tx: Tx, call: Call): Promise<RoutedWhy> {
  const { ahead } = around
  const [current, seen] = await Promise.all([
    ahead?.current ?? currentSettings(tx),
    ahead?.seen ?? look(around, tx, call),
  ])
  const facts = await factsOf(around, tx, { call, current, rules: rulesFor(around.settings, current, call.line), seen })
  const ladder = ladderOf(facts)
  const { rung, because } = await claimFirst(around, tx, call, ladder)
  const { skipped, otherwise, steps, owner, tiers } = ladder
  const free = tiers.flatMap(({ people }) => people.map(({ id, name }) => ({ staffId: id, name })))
  const { rules, preferred, opening } = facts
  return {
    ...{ type: 'routed', rung, skipped, ringSeconds: rules.ringSeconds, because, otherwise },
    ...{ version: rules.version, ladder: steps, free, preferred, owner, opening },
  }
}

/** The rules for the calls of a line, as they are now. */
export async function rulesOf({ settings, ahead }: Surroundings, tx: Tx, line: string): Promise<Rules> {
  return rulesFor(settings, await (ahead?.current ?? currentSettings(tx)), line)
}

/** The first who can be had, or everybody of a tier that is rung together. */
async function claimFirst(
  { roster, now }: Surroundings,
  tx: Tx,
  call: Call,
  { tiers, skipped }: Ladder,
): Promise<{ rung: Rung[]; because: string }> {
  const taken = new Set<StaffId>()
  for (const { people, because, isTogether, turnOf } of tiers) {
    const rung: Rung[] = []
    for (const { id, name } of people) {
      if (!isTogether && rung.length > 0) break
      if (taken.has(id)) continue
      if (await roster().claim(tx, id, call.id)) rung.push({ staffId: id, name, legId: newId() })
      else {
        taken.add(id)
        skipped.push({ staffId: id, name, because: 'was taken a moment ago' })
      }
    }
    if (rung.length === 0) continue
    if (turnOf !== null) await noteTurn(tx, turnOf, rung[0]!.staffId, now())
    return { rung, because }
  }
  return { rung: [], because: 'nobody' }
}

/** Who is there, and how many callers have waited for longer. */
interface Seen {
  onDuty: OnDuty[]
  waiting: Awaited<ReturnType<typeof waitingBefore>>
}

/** A call and the rules it is under. */
export interface Under {
  call: Call
  current: Current
  rules: Rules
  seen: Seen
}

/** Everything that decides about a call now. What the caller is tied to, and whether we are open, is looked up once for each call. */
export async function factsOf(around: Surroundings, tx: Tx, { call, current, rules, seen }: Under): Promise<Facts> {
  const { onDuty, waiting } = seen
  const isFirst = isNew(call)
  const team = rules.groups[0]?.name ?? null
  const opening = isFirst ? await openingFor(around, tx, call.createdAt, { line: call.line, team }) : null
  const spam = isFirst ? await spamFor(around, tx, call.from) : null
  const preferred = isFirst
    ? await preferredFor(around, tx, { call, rules, onDuty })
    : ((await firstLook<Partial<RoutedWhy>>(tx, call.id))?.preferred ?? [])
  return {
    ...{ call, now: around.now(), rules, onDuty, opening, spam, preferred },
    gone: await goneOf(around, tx, rules, onDuty),
    place: call.transfer ? 1 : 1 + inSameQueue(waiting, call, current),
    turns: rules.groups.some(({ strategy }) => strategy === 'in-turn') ? await turnsOf(tx) : new Map(),
  }
}

/** Who is there, and who waits: asked in one go. */
export async function look({ roster }: Surroundings, tx: Tx, call: Call): Promise<Seen> {
  const [onDuty, waiting] = await Promise.all([roster().onDuty(tx), waitingBefore(tx, call)])
  return { onDuty, waiting }
}

function inSameQueue(waiting: Seen['waiting'], call: Call, current: Current): number {
  const own = queueOf(current, call.line)
  return waiting.reduce((sum, { line, count }) => (queueOf(current, line) === own ? sum + count : sum), 0)
}

/** Whether we are open. Hours that cannot be read must not send a caller away. */
export async function openingFor(
  around: Surroundings,
  tx: Tx,
  at: Date,
  about: { line: string; team: string | null },
): Promise<Opening | null> {
  const hours = around.hours?.()
  return hours ? orNull(around, tx, 'the hours could not be read', () => hours.at(tx, at, about)) : null
}

/** Why a caller is on a list of those nobody wants to hear from. A list that cannot be read must not turn a caller away. */
export async function spamFor(around: Surroundings, tx: Tx, from: string | null): Promise<string | null> {
  const blocklist = around.blocklist?.()
  const number = from && cleanPhone(from)
  return blocklist && number
    ? orNull(around, tx, 'the blocklist could not be read', () => blocklist.why(tx, number))
    : null
}

/** What looking up whom a caller knows depends on. */
export interface Asked {
  call: Pick<Call, 'from' | 'createdAt' | 'direction'>
  rules: Rules
  onDuty: readonly { id: StaffId; name: string; notFreeBecause: string | null }[]
}

/** Whom the caller would rather speak with. Looked up where it makes a difference: with one person or none to choose from it makes none. */
export async function preferredFor(around: Surroundings, tx: Tx, asked: Asked): Promise<Preferred[]> {
  const { call, rules, onDuty } = asked
  const phone = call.from
  if (!rules.preferred || phone === null || onDuty.length < 2) return []
  const found = await orNull(around, tx, 'whom the caller knows could not be looked up', async () => {
    const card = (await around.card?.(tx, phone)) ?? null
    if (card) around.ahead?.cards?.set(phone, card)
    const { profileId = null, orders = [], bookings = [] } = card ?? {}
    const [ties, messages] = await Promise.all([
      tiesWith(tx, { profileId, phone, before: call.createdAt }),
      messagesTo(around, tx, phone, call.createdAt),
    ])
    return prefer({ ...ties, messages, orders, bookings }, onDuty, call.createdAt)
  })
  return found ?? []
}

/** Who wrote to this number, where somebody knows. */
async function messagesTo({ threads }: Surroundings, tx: Tx, phone: string, before: Date): Promise<Ties['talks']> {
  return (await threads?.()?.writtenBy?.(tx, [cleanPhone(phone) ?? phone], before)) ?? []
}

/** Members of the groups who are not on the roster any more, by name. */
async function goneOf(
  { roster }: Surroundings,
  tx: Tx,
  { groups }: Rules,
  onDuty: Facts['onDuty'],
): Promise<Facts['gone']> {
  const there = new Set(onDuty.map(({ id }) => id))
  const missing = new Set(groups.flatMap(({ staff }) => (staff ?? []).filter(id => !there.has(id))))
  const gone = []
  for (const id of missing) gone.push({ id, name: (await roster().find(tx, { id }))?.name ?? 'somebody' })
  return gone
}

/** What is nice to know must not keep a caller waiting when it fails. */
async function orNull<T>({ log }: Surroundings, tx: Tx, trouble: string, look: () => Promise<T>): Promise<T | null> {
  try {
    const [, found] = await Promise.all([tx.sql`savepoint look`, look()])
    return found
  } catch (error) {
    await tx.sql`rollback to savepoint look`
    log.warn({ error: messageOf(error) }, trouble)
    return null
  }
}
