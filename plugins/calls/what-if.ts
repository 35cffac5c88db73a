import { cleanPhone, second, z, type OnDuty, type StaffId, type Tx } from '@switchboard/core'
import { ladderOf, type Facts, type Ladder, type Tier } from './ladder.ts'
import { newCall } from './new-call.ts'
import { Phone, RoutingSettings, rulesFor, type Current } from './routing-settings.ts'
import { currentSettings } from './routing-store.ts'
import { factsOf, look, type Surroundings } from './routing.ts'
import type { Leg, Otherwise, Skipped } from './state.ts'
import type { StoredCall } from './store.ts'
import { blankLeg } from './turns.ts'

/** How somebody is, for trying out. */
const Supposed = z.enum(['available', 'busy', 'away', 'dnd', 'wrapup', 'on-call', 'offline'])
type Supposed = z.output<typeof Supposed>

/** A call that nobody makes. */
export const WhatIf = z.strictObject({
  at: z.iso.datetime({ offset: true }).optional().meta({ description: 'when it comes in; default: now' }),
  from: z.string().max(40).nullable().default(null).meta({ description: 'the caller’s number; null: withheld' }),
  line: Phone,
  presence: z
    .record(z.uuid(), Supposed)
    .default({})
    .meta({ description: 'how staff are then, by id; who is not named is as they are now' }),
  settings: RoutingSettings.optional().meta({ description: 'settings to try out; default: those that hold' }),
})

/** One rung of the ladder, if nobody answered before. */
export interface TriedRung {
  afterSeconds: number
  rung: { staffId: StaffId; name: string }[]
  because: string
  ladder: Ladder['steps']
  skipped: Skipped[]
  /** What becomes of the caller when nobody can be rung; null when somebody is. */
  otherwise: Otherwise | null
}

/** Everything that would happen to a caller. */
export interface Tried {
  at: Date
  version: number
  opening: Facts['opening']
  preferred: Facts['preferred']
  owner: Ladder['owner']
  rungs: TriedRung[]
  notes: string[]
}

/** No ladder is longer: everybody of a big team, one after the other. */
const mostRungs = 100

/** Shows the ladder of a call that nobody makes, by the code that routes real ones. Claims nobody and writes nothing: the database would not let it. */
export async function whatIf(around: Surroundings, tx: Tx, wish: z.output<typeof WhatIf>): Promise<Tried> {
  await tx.sql`set transaction read only`
  const at = wish.at === undefined ? around.now() : new Date(wish.at)
  const current = await settingsToTry(tx, wish.settings)
  const call = supposedCall(at, wish.from, wish.line)
  const supposed = { ...around, now: () => at, roster: () => supposing(around, wish.presence) }
  const seen = await look(supposed, tx, call)
  const facts = await factsOf(supposed, tx, {
    seen,
    call,
    current,
    rules: rulesFor(around.settings, current, call.line),
  })
  const { version } = current
  const rungs = rungsOf(facts)
  const { opening, preferred } = facts
  return { ...{ at, version, opening, preferred }, owner: ladderOf(facts).owner, rungs, notes: notesOn(wish, facts) }
}

/** The settings that hold, or others instead of them. */
export async function settingsToTry(tx: Tx, settings: RoutingSettings | undefined): Promise<Current> {
  const current = await currentSettings(tx)
  return settings ? { version: current.version, settings } : current
}

/** Every rung, one after the other, if nobody answers and nothing else changes. Pure. */
export function rungsOf(first: Facts): TriedRung[] {
  const rungs: TriedRung[] = []
  let facts = first
  while (rungs.length < mostRungs) {
    const ladder = ladderOf(facts)
    const picked = pickOf(ladder)
    rungs.push(triedRung(ladder, picked, facts.now.getTime() - first.now.getTime()))
    if (!picked) break
    facts = afterRing(facts, picked)
  }
  return rungs
}

function triedRung({ steps, skipped, otherwise }: Ladder, picked: Tier | null, ms: number): TriedRung {
  return {
    afterSeconds: Math.round(ms / second),
    rung: (picked?.people ?? []).map(({ id, name }) => ({ staffId: id, name })),
    because: picked?.because ?? otherwise.because,
    ladder: steps,
    skipped,
    otherwise: picked ? null : otherwise,
  }
}

/** Who would be rung if everybody who is free can be had; null: nobody. */
export function pickOf({ tiers: [tier] }: Pick<Ladder, 'tiers'>): Tier | null {
  return tier ? { ...tier, people: tier.isTogether ? tier.people : tier.people.slice(0, 1) } : null
}

/** How things are once these people were rung in vain. */
export function afterRing(facts: Facts, { people, turnOf }: Tier): Facts {
  const { call, now, rules } = facts
  const legs = people.map(({ id, name }) => ringLeg(id, name, now))
  const turns = new Map(facts.turns)
  if (turnOf !== null && people[0]) turns.set(turnOf, people[0].id)
  const later = new Date(now.getTime() + rules.ringSeconds * second)
  return { ...facts, call: { ...call, legs: [...call.legs, ...legs] }, now: later, turns }
}

function ringLeg(staffId: StaffId, name: string, now: Date): Leg {
  const id = staffId as string as Leg['id']
  return { ...blankLeg, ...{ id, role: 'staff', staffId, name, status: 'no-answer', changedAt: now, endedAt: now } }
}

function supposedCall(at: Date, from: string | null, line: string): StoredCall {
  const caller = { vendorId: null, status: 'ringing' as const, phone: null, name: 'the caller' }
  const number = from === null ? null : (cleanPhone(from) ?? from)
  return newCall(at, { adapter: 'telephony', direction: 'inbound', from: number, line, caller })
}

/** The roster, with some people as they are supposed to be. */
function supposing({ roster }: Surroundings, presence: Readonly<Record<string, Supposed>>): ReturnType<typeof roster> {
  const real = roster()
  const as = (person: OnDuty): OnDuty => {
    const supposed = presence[person.id]
    return supposed ? { ...person, ...dutyOf(supposed, person) } : person
  }
  return {
    ...real,
    find: (tx, who) => real.find(tx, who),
    onDuty: async tx => (await real.onDuty(tx)).map(as),
    claim: () => Promise.reject(new Error('nobody is claimed for a call that nobody makes')),
  }
}

const supposedBecause: Record<Supposed, string | null> = {
  available: null,
  busy: 'is busy',
  away: 'is away',
  dnd: 'does not want to be disturbed',
  wrapup: 'is wrapping up',
  'on-call': 'is on another call',
  offline: 'has no phone client connected',
}

function dutyOf(
  supposed: Supposed,
  { id }: OnDuty,
): Pick<OnDuty, 'presence' | 'isConnected' | 'callId' | 'notFreeBecause'> {
  const presence = supposed === 'on-call' || supposed === 'offline' ? 'available' : supposed
  const callId = supposed === 'on-call' ? (id as string as OnDuty['callId']) : null
  return { presence, isConnected: supposed !== 'offline', callId, notFreeBecause: supposedBecause[supposed] }
}

function notesOn({ presence, at }: z.output<typeof WhatIf>, { onDuty, opening }: Facts): string[] {
  const asNow = onDuty.filter(({ id }) => presence[id] === undefined).map(({ name }) => name)
  const unknown = Object.keys(presence).filter(id => !onDuty.some(person => person.id === id))
  return [
    ...(asNow.length > 0 && at !== undefined ? [`as they are now: ${asNow.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`not on the roster: ${unknown.join(', ')}`] : []),
    ...(opening ? [] : ['nobody keeps hours: the plugin hours is off']),
  ]
}
