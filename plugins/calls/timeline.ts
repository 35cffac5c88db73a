import { z, type Hub, type OneListener, type Timeline, type Tx } from '@switchboard/core'

/** A call, as far as a timeline tells it. */
interface Told {
  id: string
  direction: 'inbound' | 'outbound'
  number: string | null
  line: string
  outcome: string | null
  at: Date
  seconds: number | null
  /** Who spoke with them. */
  by: string | null
}

/** The calls with a person: those noted for them, and those with a number of theirs that were noted for nobody. */
export const callsWith: Timeline = async (tx, { profileId, phones, before, limit }) => {
  const calls = await load(tx, { profileId, phones, before, limit })
  return calls.map(call => ({ kind: 'call', id: call.id, at: call.at, summary: summaryOf(call), data: call }))
}

const Moved = z.object({ callId: z.uuid(), state: z.string() })

/** Whether what `call.state` tells is more than that somebody is looked for: both talk, a message is left, or it is over. */
export function isOfInterest(data: unknown): boolean {
  const { state } = data as { state?: unknown }
  return state === 'AllInConference' || state === 'Voicemail' || state === 'Hungup'
}

/** Tells others of a call that is over, with all that it came to: `call.ended`. */
export function tellEnded({ events, now }: Pick<Hub, 'events' | 'now'>): OneListener {
  return async (tx, { data }) => {
    const { callId, state } = Moved.parse(data)
    if (state !== 'Hungup') return
    const [call] = await read(tx, callId)
    if (call) await events.publish(tx, 'call.ended', { callId, ...call, summary: summaryOf(call), at: now() })
  }
}

function read(tx: Tx, callId: string): Promise<Omit<Told, 'id' | 'at'>[]> {
  return tx.sql<Omit<Told, 'id' | 'at'>>`
    select call.direction, call.caller_from as number, call.line_to as line, call.outcome,
      extract(epoch from call.ended_at - call.answered_at)::int as seconds,
      (select string_agg(distinct name, ', ') from call_leg
        where call_id = call.id and role = 'staff' and has_spoken) as by
    from call where call.id = ${callId}`
}

function load(
  tx: Tx,
  { profileId, phones, before, limit }: { profileId: string; phones: string[]; before: Date | null; limit: number },
): Promise<Told[]> {
  return tx.sql<Told>`
    select call.id, call.direction, call.caller_from as number, call.line_to as line, call.outcome, call.created_at as at,
      extract(epoch from call.ended_at - call.answered_at)::int as seconds,
      (select string_agg(distinct name, ', ') from call_leg
        where call_id = call.id and role = 'staff' and has_spoken) as by
    from call
    where (profile_id = ${profileId}::uuid or (profile_id is null and caller_from = any(${phones}::text[])))
      and (${before}::timestamptz is null or created_at < ${before}::timestamptz)
    order by created_at desc, id desc limit ${limit}`
}

const became: Readonly<Record<string, string>> = {
  missed: 'nobody answered',
  voicemail: 'they left a message',
  callback: 'they asked to be called back',
  rejected: 'the number is blocked',
  unanswered: 'they did not answer',
}

function summaryOf({ direction, outcome, by, seconds }: Omit<Told, 'id' | 'at'>): string {
  const who = direction === 'inbound' ? 'They called' : 'We called'
  if (outcome === null) return `${who}: the call goes on`
  if (outcome !== 'answered') return `${who}: ${became[outcome] ?? outcome}`
  const length = seconds === null ? '' : ` for ${Math.max(1, Math.round(seconds / 60))} min`
  return `${who} and spoke with ${by ?? 'somebody'}${length}`
}
