import type { LegView } from '@switchboard/test-simulators/twilio-control'
import type { Performed } from '@switchboard/test-simulators/twilio-model'
import pg from 'pg'

/** A call as the hub has it. */
export interface CallRecord {
  id: string
  direction: 'inbound' | 'outbound'
  state: string
  outcome: string | null
  createdAt: Date
  endedAt: Date | null
  legs: LegRecord[]
  trail: TrailRecord[]
}

/** A leg of it. */
export interface LegRecord {
  id: string
  role: 'caller' | 'staff' | 'guest'
  staffId: string | null
  vendorId: string | null
  status: string
  endedAt: Date | null
}

/** A line of its trail. */
export interface TrailRecord {
  seq: number
  at: Date
  event: string
  from: string
  to: string
  because: string
  data: { by?: unknown; commands?: CommandRecord[] }
}

interface CommandRecord {
  do: string
  to?: unknown
  legId: string
  staffId?: string | null
  vendorId?: string
}

/** Something that must never be. */
export interface Break {
  what:
    | 'no call'
    | 'not ended'
    | 'unknown state'
    | 'trail'
    | 'silence'
    | 'rung twice'
    | 'alive after the end'
    | 'done twice'
    | 'message cut'
  callId: string | null
  /** Of whoever rang, or was rung: tells whose call it was. */
  phone: string | null
  details: string
}

/** What is compared: the hub's word and the vendor's. */
export interface Evidence {
  calls: readonly CallRecord[]
  legs: readonly LegView[]
  performed: readonly Performed[]
  /** How long a caller may hear silence without a break. Default 5 s, in the vendor's time. */
  silenceMs?: number
}

/** Every state there is. */
export const states: ReadonlySet<string> = new Set(
  (
    'Ringing RingingOutbound GetConferenceDetails FindingStaff DialingStaff WaitingForStaff StaffJoined ' +
    'AddingCallerToConference AllInConference Voicemail Hungup'
  ).split(' '),
)

/** Every call that the hub has, with its legs and its trail. */
export async function readCalls(databaseUrl: string): Promise<CallRecord[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<CallRecord>(`
      select id, direction, state->>'name' as state, outcome, created_at as "createdAt", ended_at as "endedAt",
        (select coalesce(json_agg(json_build_object('id', l.id, 'role', role, 'staffId', staff_id, 'vendorId', vendor_id, 'status',
          status, 'endedAt', l.ended_at) order by l.id), '[]') from call_leg l where l.call_id = call.id) as legs,
        (select coalesce(json_agg(json_build_object('seq', seq, 'at', at, 'event', event, 'from', from_state, 'to', to_state, 'because',
          because, 'data', data) order by seq), '[]') from call_event e where e.call_id = call.id) as trail
      from call order by id`)
    return rows
  } finally {
    await client.end()
  }
}

/** What is wrong with calls that should all be over by now. */
export function breaksOf({ calls, legs, performed, silenceMs = 5_000 }: Evidence): Break[] {
  const byVendorId = new Map(legs.map(leg => [leg.callSid, leg]))
  const records = new Map(calls.flatMap(call => call.legs.map(leg => [leg.vendorId, { call, leg }] as const)))
  const callIds = new Set(calls.map(({ id }) => id))
  const unknown = legs.filter(
    leg => !(leg.direction === 'inbound' ? records.has(leg.callSid) : callIds.has(leg.dialledInto ?? '')),
  )
  const done = doneTo(performed)
  return [
    ...unknown.map(leg => breakOf('no call', null, leg, `a leg of ${leg.status} that no call has`)),
    ...calls.flatMap(call => {
      const caller = callerIn(call, byVendorId)
      const own = legs.filter(leg => leg.dialledInto === call.id || leg.callSid === caller?.callSid)
      const about = { call, caller, legs: own, silenceMs, done }
      return [
        ...endBreaks(about),
        ...trailBreaks(about),
        ...silenceBreaks(about),
        ...ringBreaks(about),
        ...doubleBreaks(about),
        ...cutBreaks(about),
      ]
    }),
  ]
}

interface About {
  call: CallRecord
  caller: LegView | null
  legs: LegView[]
  silenceMs: number
  done: ReturnType<typeof doneTo>
}

function breakOf(what: Break['what'], call: CallRecord | null, leg: LegView | null, details: string): Break {
  const phone = leg && (leg.direction === 'inbound' ? leg.from : leg.to)
  return { what, callId: call?.id ?? null, phone, details }
}

function endBreaks({ call, caller, legs }: About): Break[] {
  const alive = legs.filter(({ endedAtMs }) => endedAtMs === null)
  return [
    ...(states.has(call.state) ? [] : [breakOf('unknown state', call, caller, call.state)]),
    ...(call.state === 'Hungup' && call.endedAt && call.outcome
      ? []
      : [breakOf('not ended', call, caller, `is in ${call.state}`)]),
    ...alive.map(leg =>
      breakOf('alive after the end', call, caller, `${leg.to} is ${leg.status}; the call is in ${call.state}`),
    ),
    ...call.legs
      .filter(({ endedAt }) => call.state === 'Hungup' && endedAt === null)
      .map(leg =>
        breakOf('alive after the end', call, caller, `the hub believes that a ${leg.role}'s leg is ${leg.status}`),
      ),
  ]
}

/** Each line begins where the one before it ended, none is missing, and after the end nothing moves. */
function trailBreaks({ call, caller }: About): Break[] {
  const wrong = call.trail.find(
    ({ seq, from, to }, index) =>
      seq !== index + 1 ||
      !states.has(to) ||
      (index > 0 && from !== call.trail[index - 1]?.to) ||
      (from === 'Hungup' && to !== from),
  )
  const last = call.trail.at(-1)?.to
  return [
    ...(wrong ? [breakOf('trail', call, caller, `line ${wrong.seq} goes from ${wrong.from} to ${wrong.to}`)] : []),
    ...(last === call.state ? [] : [breakOf('trail', call, caller, `ends in ${last}, the call is in ${call.state}`)]),
  ]
}

function silenceBreaks({ call, caller, silenceMs }: About): Break[] {
  if (!caller || caller.longestSilenceMs <= silenceMs) return []
  return [
    breakOf('silence', call, caller, `the caller heard ${(caller.longestSilenceMs / 1000).toFixed(1)} s of silence`),
  ]
}

/** Routing rings nobody twice, but for who handed the call over; and nobody's phone rings more often than the trail says. */
function ringBreaks({ call, caller, legs }: About): Break[] {
  const handedOver = new Set(call.trail.filter(({ event }) => event === 'transfer').map(({ data }) => data.by))
  const dialled = (trail: TrailRecord[]): CommandRecord[] =>
    trail.flatMap(({ data }) => data.commands ?? []).filter(command => command.do === 'dial')
  const routed = dialled(call.trail.filter(({ event }) => event === 'routed')).flatMap(({ staffId }) => staffId ?? [])
  const again = routed.filter((staffId, index) => routed.indexOf(staffId) !== index && !handedOver.has(staffId))
  const wanted = new Set(dialled(call.trail).map(({ legId }) => legId))
  const twins = legs.filter((leg, index) => leg.label && legs.findIndex(({ label }) => label === leg.label) !== index)
  return [
    ...again.map(staffId => breakOf('rung twice', call, caller, `routing rang ${staffId} twice`)),
    ...twins.map(({ label, to }) => breakOf('done twice', call, caller, `${to} was dialled twice (${label})`)),
    ...legs
      .filter(leg => leg.direction !== 'inbound' && !wanted.has(leg.label ?? ''))
      .map(({ label, to }) => breakOf('rung twice', call, caller, `${to} was dialled unasked (${label})`)),
  ]
}

/** Who is told to join a second time is put out of the conference. */
function doubleBreaks({ call, caller, done }: About): Break[] {
  return repeatsTo(call, caller, done)
    .filter(({ kind }) => kind === 'join')
    .map(({ kind, asked, times }) =>
      breakOf('done twice', call, caller, `${kind}: asked for ${asked} times, done ${times} times`),
    )
}

/** From the tone on the caller speaks, until they hang up or the vendor ends it: nothing they are told then is right, whoever asked for it. */
function cutBreaks({ call, caller, done }: About): Break[] {
  const toneMs = caller?.heard.find(({ sound }) => sound === 'beep')?.atMs
  if (!caller || toneMs === undefined) return []
  return done
    .filter(({ callSid, atMs }) => callSid === caller.callSid && atMs > toneMs)
    .map(({ kind, atMs }) =>
      breakOf('message cut', call, caller, `told (${kind}) ${Math.round(atMs - toneMs)} ms after the tone`),
    )
}

/**
 * How often callers were told again to hear music, their place, or the greeting before the tone: no vendor tells what a leg plays, so after an
 * answer that was lost they are told once more, and nothing is the worse for it.
 */
export function toldAgain({ calls, legs, performed }: Evidence): number {
  const done = doneTo(performed)
  const byVendorId = new Map(legs.map(leg => [leg.callSid, leg]))
  return calls
    .flatMap(call => repeatsTo(call, callerIn(call, byVendorId), done))
    .reduce((sum, { kind, asked, times }) => (kind === 'join' ? sum : sum + times - asked), 0)
}

/** What a caller was told more often than the hub wanted. */
function repeatsTo(
  call: CallRecord,
  caller: LegView | null,
  done: ReturnType<typeof doneTo>,
): { kind: string; asked: number; times: number }[] {
  if (!caller) return []
  const wanted = call.trail
    .flatMap(({ data }) => data.commands ?? [])
    .filter(({ do: name, vendorId }) => name === 'redirect' && vendorId === caller.callSid)
  const own = done.filter(({ callSid }) => callSid === caller.callSid)
  return [...Map.groupBy(own, ({ kind }) => kind)]
    .map(([kind, all]) => ({ kind, times: all.length, asked: wanted.filter(({ to }) => to === kind).length }))
    .filter(({ times, asked }) => times > asked)
}

function callerIn(call: CallRecord, byVendorId: ReadonlyMap<string, LegView>): LegView | null {
  return byVendorId.get(call.legs.find(({ role }) => role === 'caller')?.vendorId ?? '') ?? null
}

/** What legs were told over the API, in the hub's words. */
function doneTo(performed: readonly Performed[]): { atMs: number; callSid: string | null; kind: string }[] {
  return performed.flatMap(({ atMs, what, callSid, form }) =>
    what === 'POST Calls/:sid' && form['Twiml'] !== undefined ? [{ atMs, callSid, kind: kindOf(form['Twiml']) }] : [],
  )
}

function kindOf(twiml: string): string {
  if (twiml.includes('<Conference')) return 'join'
  if (twiml.includes('<Record')) return 'voicemail'
  if (twiml.includes('<Gather')) return 'queue'
  return twiml.includes('<Play') ? 'wait' : 'callback'
}
