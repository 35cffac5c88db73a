import { z, type OnDuty, type StaffId, type Tx } from '@switchboard/core'
import { ladderOf, type Facts, type Tier } from './ladder.ts'
import { RoutingSettings, rulesFor, type Current, type Rules } from './routing-settings.ts'
import { looksOf, pastCalls, type PastLook } from './routing-store.ts'
import { openingFor, preferredFor, type Surroundings } from './routing.ts'
import { callerOf } from './state.ts'
import { readCalls, type StoredCall } from './store.ts'
import { afterRing, pickOf, settingsToTry } from './what-if.ts'

/** Which calls to put through which rules. */
export const ReplayWish = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  settings: RoutingSettings.optional().meta({ description: 'the rules; default: those that hold' }),
  limit: z.int().min(1).max(2000).default(500),
})

/** A call as it went, and as it would go. */
export interface Replayed {
  callId: string
  at: Date
  from: string | null
  line: string
  was: string[]
  would: string[]
  isChanged: boolean
  /** What is not known about how it would go. */
  notes: string[]
}

/** What would change if past calls came again. */
export interface Replay {
  version: number
  items: Replayed[]
  changed: number
  /** There were more calls than were looked at. */
  isCut: boolean
  notes: string[]
}

const Person = z.object({ staffId: z.string() as unknown as z.ZodType<StaffId>, name: z.string() })

/** What the trail keeps of one look; older trails lack who was free besides. */
const Look = z.object({
  rung: z.array(Person),
  skipped: z.array(Person.extend({ because: z.string() })),
  free: z.array(Person).optional(),
  otherwise: z.object({ do: z.string(), because: z.string(), place: z.number().optional() }),
})
type Look = z.output<typeof Look>

/** What trails tell and what they do not. */
const limits = [
  'who was free is known as far as the trail names them: those who were rung, could have been, or were skipped',
  'turns are counted from the first of these calls; whom a caller knows, and the hours, are as we know them now',
]

/** Puts past calls through rules and compares. Claims nobody and writes nothing: the database would not let it. */
export async function replay(around: Surroundings, tx: Tx, wish: z.output<typeof ReplayWish>): Promise<Replay> {
  await tx.sql`set transaction read only`
  const current = await settingsToTry(tx, wish.settings)
  const span = { from: new Date(wish.from), to: new Date(wish.to), limit: wish.limit + 1 }
  const ids = (await pastCalls(tx, span)).map(({ id }) => id)
  const shown = ids.slice(0, wish.limit)
  const looks = Map.groupBy(await looksOf(tx, shown), ({ callId }) => callId)
  const calls = (await readCalls(tx, shown)).toReversed()
  const onDuty = await around.roster().onDuty(tx)
  let turns: Facts['turns'] = new Map()
  const items: Replayed[] = []
  for (const call of calls) {
    const seen = readLooks(call, looks.get(call.id) ?? [])
    const facts = await firstFacts(around, tx, { call, current, onDuty, turns })
    const went = wouldGo(call, seen, facts)
    turns = went.turns
    items.push(compared(call, seen, went))
  }
  const changed = items.filter(({ isChanged }) => isChanged).length
  return { version: current.version, items, changed, isCut: ids.length > shown.length, notes: limits }
}

/** The looks before anybody answered: what came after was a transfer. */
function readLooks({ answeredAt }: StoredCall, looks: readonly PastLook[]): Look[] {
  const before = looks.filter(({ at }) => answeredAt === null || at <= answeredAt)
  return before.flatMap(({ data }) => {
    const read = Look.safeParse(data)
    return read.success ? [read.data] : []
  })
}

interface Past {
  call: StoredCall
  current: Current
  onDuty: readonly OnDuty[]
  turns: Facts['turns']
}

/** What is known about a past call besides who was free. */
async function firstFacts(around: Surroundings, tx: Tx, { call, current, onDuty, turns }: Past): Promise<Facts> {
  const rules: Rules = rulesFor(around.settings, current, call.line)
  const team = rules.groups[0]?.name ?? null
  const caller = callerOf(call)
  return {
    call: { ...call, legs: caller ? [caller] : [], answeredAt: null, queuedAt: null, transfer: null },
    ...{ now: call.createdAt, rules, onDuty, gone: [], place: 1, turns },
    opening: await openingFor(around, tx, call.createdAt, { line: call.line, team }),
    preferred: await preferredFor(around, tx, { call, rules, onDuty }),
  }
}

interface Went {
  path: string[]
  turns: Facts['turns']
  notes: string[]
}

/** Climbs the ladder with the people as each look saw them, until somebody who did answer is rung, or there is no more to know. */
function wouldGo(call: StoredCall, looks: readonly Look[], first: Facts): Went {
  const truth = truthOf(call)
  const path: string[] = []
  const notes = new Set<string>()
  if (looks.some(({ free }) => free === undefined)) notes.add('the trail does not tell who else was free')
  let facts = first
  for (let turn = 0; turn < looks.length + truth.furtherLooks; turn++) {
    const look = looks[Math.min(turn, looks.length - 1)]
    if (!look) break
    const { otherwise, tiers } = ladderOf({ ...facts, ...knownAt(look, looks, facts) })
    const picked = pickOf({ tiers })
    add(path, picked ? ringsWords(picked.people) : endWords(otherwise))
    for (const name of strangersIn(picked, truth)) notes.add(`whether ${name} would answer is not known`)
    if (picked) facts = afterRing(facts, picked)
    if (picked ? picked.people.some(({ id }) => truth.answered.has(id)) : otherwise.do !== 'queue') break
  }
  return { path, turns: facts.turns, notes: [...notes] }
}

/** Who would be rung, but was not then. */
function strangersIn(picked: Tier | null, { rung }: Truth): string[] {
  return (picked?.people ?? []).filter(({ id }) => !rung.has(id)).map(({ name }) => name)
}

interface Truth {
  rung: ReadonlySet<string | null>
  answered: ReadonlySet<string | null>
  /** How many more looks to suppose than there were. */
  furtherLooks: number
}

/** Who was rung and who answered. Where somebody did, the ladder is climbed until they are reached; else no further than it was. */
function truthOf({ legs }: StoredCall): Truth {
  const staff = legs.filter(({ role }) => role === 'staff')
  const answered = staff.filter(({ hasSpoken }) => hasSpoken).map(({ staffId }) => staffId)
  return {
    rung: new Set(staff.map(({ staffId }) => staffId)),
    answered: new Set(answered),
    furtherLooks: answered.length > 0 ? mostFurtherLooks : 0,
  }
}

const mostFurtherLooks = 50

/** Who was free at a look, in the order in which they were, and who was not. */
function knownAt(look: Look, looks: readonly Look[], { onDuty }: Facts): Pick<Facts, 'onDuty' | 'place'> {
  const not = new Map(look.skipped.filter(isTruly).map(({ staffId, because }) => [staffId, because]))
  const known = new Map<StaffId, OnDuty>()
  for (const { staffId, name } of [...namedIn(look), ...looks.slice(0, 1).flatMap(namedIn), ...look.skipped])
    if (!known.has(staffId)) known.set(staffId, person(onDuty, { staffId, name }, not.get(staffId) ?? null))
  return { onDuty: [...known.values()], place: look.otherwise.place ?? 1 }
}

function namedIn({ rung, free = [] }: Look): z.output<typeof Person>[] {
  return [...rung, ...free]
}

/** Who was rung already, or taken by another call at that moment, was free for this one. */
function isTruly({ because }: { because: string }): boolean {
  return because !== 'was rung for this call already' && because !== 'was taken a moment ago'
}

function person(
  onDuty: readonly OnDuty[],
  { staffId: id, name }: z.output<typeof Person>,
  because: string | null,
): OnDuty {
  const now = onDuty.find(one => one.id === id)
  const isTaken = because !== null && /on another call|wrapping up/.test(because)
  return {
    ...{ id, name, email: now?.email ?? '', role: now?.role ?? 'agent', isActive: true, lastCallAt: null },
    ...{ isConnected: true, presence: isTaken ? 'wrapup' : 'available', callId: null, notFreeBecause: because },
  }
}

function compared(call: StoredCall, looks: readonly Look[], { path, notes }: Went): Replayed {
  const was: string[] = []
  for (const { rung, otherwise } of looks) add(was, rung.length > 0 ? ringsWords(rung) : endWords(otherwise))
  const isChanged = was.join() !== path.join()
  const { id: callId, createdAt: at, from, line } = call
  return { ...{ callId, at, from, line, was, would: path }, isChanged, notes: isChanged ? notes : [] }
}

function ringsWords(people: readonly { name: string }[]): string {
  const names = people.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1))
  return `rings ${names.join(', ')}`
}

/** The rule alone: for whom a message is does not change where the call goes. */
function endWords(otherwise: { do: string; because: string }): string {
  return otherwise.do === 'queue'
    ? 'waits'
    : `${otherwise.do}: ${otherwise.because.replace(/; a message is for .*$/, '')}`
}

/** A caller who waits is looked after often: once is enough to tell. */
function add(path: string[], step: string): void {
  if (path.at(-1) !== step) path.push(step)
}
