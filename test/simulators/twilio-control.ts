import { z } from 'zod'
import { jsonOf, type SimulatorReply, type SimulatorRoute } from './server.ts'
import { longestSilenceOf, silenceOf } from './twilio-leg.ts'
import {
  isOver,
  type Exchange,
  type Heard,
  type Leg,
  type Performed,
  type Script,
  type Status,
} from './twilio-model.ts'
import { decline, hangUp, pickUp, press, ringLine, type Caller } from './twilio-phones.ts'

/** A leg as those who drive the simulator see it. */
export interface LegView {
  callSid: string
  direction: Leg['direction']
  from: string
  to: string
  status: Status
  /** Our leg id, where we gave one. */
  label: string | null
  /** The name of the conference it is in. */
  conference: string | null
  /** The conference it was dialled into, by name; null for who rang us. */
  dialledInto: string | null
  /** When it began and ended, in milliseconds of the vendor's time; null while it lives. */
  startedAtMs: number
  endedAtMs: number | null
  /** What the party heard, and hears now. */
  heard: Heard[]
  /** How long they heard silence, in milliseconds of the vendor's time. */
  silenceMs: number
  /** The longest silence without a break. */
  longestSilenceMs: number
}

/** Somebody who rings us, seen from their end. */
export interface SimulatedCall {
  callSid: string
  /** As it is now. */
  view(): LegView
  /** @returns false when the call was over */
  hangUp(): boolean
  /** Presses a key. @returns false when nobody waits for one */
  press(key: string): boolean
}

/** A phone we dial: a staff client, or any other. Each says false when there was no leg to do it to. `leg` is a leg's SID or label. */
export interface Phone {
  /** Legs at this phone that are not over. */
  legs(): LegView[]
  answer(leg?: string): boolean
  decline(leg?: string): boolean
  hangUp(leg?: string): boolean
}

/** The ways to make things happen. */
export interface Controls {
  /** A customer rings. @throws RangeError for a number that is no line */
  ring(caller: Caller): SimulatedCall
  /** Every leg there was, oldest first. */
  calls(): LegView[]
  /** The phone of a staff client, by its identity. */
  softphone(identity: string): Phone
  /** The phone at an address: `client:…` or a number. */
  phone(address: string): Phone
  /** What this phone does from now on when it is dialled. Default: staff clients wait, others answer after 3 s. */
  script(address: string, behaviour: Script): void
  /** Everything that was asked for over the API and done, oldest first. */
  performed(): readonly Performed[]
  /** Signs webhooks wrongly from now on, or no longer. */
  forgeSignatures(on: boolean): void
}

/** The controls of one account. */
export function controlsOf(exchange: Exchange): Controls {
  const phone = (address: string): Phone => {
    const legsHere = (): Leg[] => [...exchange.legs.values()].filter(leg => leg.to === address && isLive(leg))
    const first = (act: (exchange: Exchange, leg: Leg) => boolean, wanted?: string): boolean =>
      legsHere().some(leg => (wanted === undefined || leg.sid === wanted || leg.label === wanted) && act(exchange, leg))
    return {
      legs: () => legsHere().map(leg => viewOf(exchange, leg)),
      answer: leg => first(pickUp, leg),
      decline: leg => first(decline, leg),
      hangUp: leg => first(hangUp, leg),
    }
  }
  return {
    ring(caller) {
      const leg = ringLine(exchange, caller)
      return {
        callSid: leg.sid,
        view: () => viewOf(exchange, leg),
        hangUp: () => hangUp(exchange, leg),
        press: key => press(leg, key),
      }
    },
    calls: () => [...exchange.legs.values()].map(leg => viewOf(exchange, leg)),
    phone,
    softphone: identity => phone(`client:${identity}`),
    script: (address, behaviour) => void exchange.behaviours.set(address, behaviour),
    performed: () => exchange.performed,
    forgeSignatures: on => exchange.webhooks.forge(on),
  }
}

function isLive({ status }: Leg): boolean {
  return status === 'queued' || status === 'ringing' || status === 'in-progress'
}

function viewOf(exchange: Exchange, leg: Leg): LegView {
  const { sid: callSid, direction, from, to, status, label, conference, heard, dialledInto, past } = leg
  return {
    callSid,
    direction,
    from,
    to,
    status,
    label,
    conference: conference?.name ?? null,
    dialledInto,
    startedAtMs: Math.round(past[0]?.atMs ?? 0),
    endedAtMs: isOver(leg) ? Math.round(past.at(-1)?.atMs ?? 0) : null,
    heard: [...heard],
    silenceMs: Math.round(silenceOf(exchange, leg)),
    longestSilenceMs: Math.round(longestSilenceOf(exchange, leg)),
  }
}

const ms = z.number().min(0)
const CallerBody = z.object({
  from: z.string().min(1).optional(),
  to: z.string().optional(),
  hangUpAfterMs: ms.optional(),
  leaveMessageMs: ms.optional(),
})
const ActBody = z.object({ callSid: z.string().optional(), label: z.string().optional() }).nullable()
const ScriptBody = z.object({
  to: z.string(),
  does: z.union([
    z.enum(['waits', 'busy', 'declines', 'unreachable']),
    z.object({ answersAfterMs: ms, hangsUpAfterMs: ms.optional() }),
  ]),
})

/** The same controls over HTTP, under `/simulator/`. Without `from` the usual caller rings. */
export function controlRoutes(controls: Controls, usualCaller: string): SimulatorRoute[] {
  const post = (path: string, handle: SimulatorRoute['handle']): SimulatorRoute => ({
    method: 'POST',
    path: `/simulator/${path}`,
    handle,
  })
  const done = (isDone: boolean): SimulatorReply =>
    isDone ? { status: 204 } : { status: 409, body: { message: 'there is no such leg' } }
  return [
    { method: 'GET', path: '/simulator/calls', handle: () => ({ body: { calls: controls.calls() } }) },
    post('calls', request => {
      const { from = usualCaller, ...caller } = read(CallerBody, jsonOf(request) ?? {})
      return { status: 201, body: { callSid: controls.ring({ from, ...caller }).callSid } }
    }),
    post('calls/:callSid/hangup', ({ params }) => {
      const leg = controls.calls().find(({ callSid }) => callSid === params['callSid'])
      return done(leg !== undefined && controls.phone(leg.to).hangUp(leg.callSid))
    }),
    post('softphone/:identity/:act', request => {
      const { identity = '', act = '' } = request.params
      const { callSid, label } = read(ActBody, jsonOf(request)) ?? {}
      const phone = controls.softphone(identity)
      const acts = new Map([
        ['answer', phone.answer],
        ['decline', phone.decline],
        ['hangup', phone.hangUp],
      ])
      return done(acts.get(act)?.(callSid ?? label) ?? false)
    }),
    post('script', request => {
      const { to, does } = read(ScriptBody, jsonOf(request))
      controls.script(to, does)
      return { status: 204 }
    }),
    post('signatures', request => {
      controls.forgeSignatures(read(z.object({ forged: z.boolean() }), jsonOf(request)).forged)
      return { status: 204 }
    }),
  ]
}

/** What a request carries. @throws RangeError, which is answered with 400 */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (!result.success) throw new RangeError(z.prettifyError(result.error))
  return result.data
}
