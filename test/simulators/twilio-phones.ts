import { conferenceNamed, enter, giveUp, leave, type Entry } from './twilio-conference.ts'
import { advance, hear, report } from './twilio-leg.ts'
import { begin, follow, play } from './twilio-program.ts'
import {
  isOver,
  sidOf,
  type Behaviour,
  type Callback,
  type CallerHabits,
  type Conference,
  type Exchange,
  type Leg,
} from './twilio-model.ts'
import { verbsOf } from './twilio-twiml.ts'

/** When a dialled phone is reached, and when it rings, in milliseconds of the vendor's time. */
const initiatedMs = 100
const ringingMs = 400
/** The vendor lets a phone ring this much longer than it was told. */
const bufferMs = 5000

/** Somebody who rings one of our lines. */
export interface Caller extends CallerHabits {
  from: string
  /** Default: the first line of the account. */
  to?: string
}

/** Rings a line: the call is there at once, and asks its line's address what to do. @throws RangeError for a number that is no line */
export function ringLine(exchange: Exchange, { from, to, ...habits }: Caller): Leg {
  const line = exchange.lines.find(one => to === undefined || one.phoneNumber === to)
  if (!line)
    throw new RangeError(`${to} is no line of this account; there are ${exchange.lines.map(one => one.phoneNumber)}`)
  const leg = newLeg(exchange, { direction: 'inbound', from, to: line.phoneNumber, status: 'ringing', habits })
  leg.line = line
  leg.callback = line.statusCallback ? { url: line.statusCallback, events: new Set(['completed']) } : null
  hear(exchange, leg, 'ringing')
  if (habits.hangUpAfterMs !== undefined) exchange.clock.after(habits.hangUpAfterMs, () => hangUp(exchange, leg))
  begin(exchange, leg, stage =>
    line.voiceApplicationSid || line.trunkSid
      ? play(stage, { verbs: verbsOf(elsewhere), url: '' })
      : follow(stage, line.voiceUrl),
  )
  return leg
}

/** What is heard on a line that something else drives. */
const elsewhere = '<Response><Say>Another application answers this line.</Say></Response>'

/** What a participant is dialled with. */
export interface Dialling extends Entry {
  from: string
  to: string
  label: string | null
  timeoutSeconds: number
  callback: Callback | null
  conferenceCallback: Callback | null
}

/** Dials somebody into the conference of this name. */
export function dialInto(exchange: Exchange, name: string, dialling: Dialling): { leg: Leg; conference: Conference } {
  const conference = conferenceNamed(exchange, name, dialling.conferenceCallback)
  const { from, to, label, callback } = dialling
  const facts = { direction: 'outbound-api' as const, from, to, status: 'queued' as const, label, callback }
  const leg = newLeg(exchange, { ...facts, dialledInto: name })
  conference.dialled.set(leg.sid, leg)
  begin(exchange, leg, async ({ signal }) => {
    signal.addEventListener('abort', () => giveUp(exchange, leg, conference), { once: true })
    const isAnswered = await rings(exchange, leg, dialling.timeoutSeconds)
    if (!isAnswered || signal.aborted) return
    // One that ended meanwhile is not come into: its name stands for another by then.
    conference.dialled.delete(leg.sid)
    await attend(exchange, leg, conferenceNamed(exchange, name, dialling.conferenceCallback), dialling)
  })
  return { leg, conference }
}

/** Is in the conference until put out of it, which ends a leg that has no other instructions. */
async function attend(exchange: Exchange, leg: Leg, conference: Conference, entry: Entry): Promise<void> {
  const { signal } = leg.program
  signal.addEventListener('abort', () => leave(exchange, leg, 'participant_hung_up'), { once: true })
  const { isMuted, coaches, startsOnEnter, endsOnExit, hasWaitMusic } = entry
  await enter(exchange, leg, conference, { isMuted, coaches, startsOnEnter, endsOnExit, hasWaitMusic })
  if (!signal.aborted) advance(exchange, leg, 'completed')
}

/** Lets a phone ring until somebody answers. @returns false when nobody did */
async function rings(exchange: Exchange, leg: Leg, timeoutSeconds: number): Promise<boolean> {
  const { clock } = exchange
  const { signal } = leg.program
  if (await clock.wait(initiatedMs, signal)) report(exchange, leg, 'initiated', 'initiated')
  if (!(await clock.wait(ringingMs - initiatedMs, signal))) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  leg.answered = () => resolve(true)
  signal.addEventListener('abort', () => resolve(false), { once: true })
  react(exchange, leg, timeoutSeconds)
  return promise
}

/** Does what the phone at the other end does. */
function react(exchange: Exchange, leg: Leg, timeoutSeconds: number): void {
  const script = exchange.behaviours.get(leg.to) ?? usual(leg.to)
  const behaviour = typeof script === 'function' ? script(leg) : script
  if (behaviour === 'unreachable') return advance(exchange, leg, 'failed')
  if (behaviour === 'busy') return advance(exchange, leg, 'busy')
  advance(exchange, leg, 'ringing')
  if (behaviour === 'declines') return void decline(exchange, leg)
  const { clock } = exchange
  clock.after(timeoutSeconds * 1000 + bufferMs, () => leg.status === 'ringing' && advance(exchange, leg, 'no-answer'))
  if (behaviour === 'waits') return
  const { answersAfterMs, hangsUpAfterMs } = behaviour
  clock.after(answersAfterMs, () => {
    const isOurs = pickUp(exchange, leg)
    if (isOurs && hangsUpAfterMs !== undefined) clock.after(hangsUpAfterMs, () => hangUp(exchange, leg))
  })
}

/** A staff client rings until somebody presses a button; any other phone is answered after a while. */
function usual(to: string): Behaviour {
  return to.startsWith('client:') ? 'waits' : { answersAfterMs: 3000 }
}

/** Answers a phone that rings. @returns false when it does not */
export function pickUp(exchange: Exchange, leg: Leg): boolean {
  if (leg.status !== 'ringing' || leg.direction === 'inbound') return false
  advance(exchange, leg, 'in-progress')
  leg.answered()
  return true
}

/** Turns a ringing phone down, which the vendor reports as busy. @returns false when it does not ring */
export function decline(exchange: Exchange, leg: Leg): boolean {
  if (leg.status !== 'ringing' || leg.direction === 'inbound') return false
  advance(exchange, leg, 'busy')
  return true
}

/** The party at this phone presses a key. @returns false when nobody waits for one */
export function press(leg: Leg, key: string): boolean {
  return !isOver(leg) && leg.pressed(key)
}

/** The party at this phone hangs up. A caller who does so before we answered was not answered. */
export function hangUp(exchange: Exchange, leg: Leg): boolean {
  if (isOver(leg)) return false
  advance(exchange, leg, leg.status === 'in-progress' ? 'completed' : 'no-answer')
  return true
}

type NewLeg = Pick<Leg, 'direction' | 'from' | 'to' | 'status'> &
  Partial<Pick<Leg, 'label' | 'callback' | 'habits' | 'dialledInto'>>

function newLeg(exchange: Exchange, facts: NewLeg): Leg {
  const leg: Leg = {
    sid: sidOf('CA', exchange.random),
    createdAt: exchange.now(),
    updatedAt: exchange.now(),
    answeredAtMs: null,
    durationSeconds: 0,
    label: null,
    callback: null,
    sequence: 0,
    line: null,
    habits: {},
    conference: null,
    whenOver: [],
    program: new AbortController(),
    answered: () => undefined,
    pressed: () => false,
    heard: [],
    dialledInto: null,
    past: [{ status: facts.status, atMs: exchange.clock.elapsed() }],
    ...facts,
  }
  exchange.legs.set(leg.sid, leg)
  return leg
}
