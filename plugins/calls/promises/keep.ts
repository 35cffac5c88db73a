import {
  after,
  cleanPhone,
  HubError,
  messageOf,
  minute,
  z,
  type CallId,
  type Hours,
  type Hub,
  type HubEvent,
  type OneListener,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { ownerFor } from '../routing-store.ts'
import type { Leg } from '../state.ts'
import { readCall, type StoredCall } from '../store.ts'
import { closeFor, openOrJoin, type OpenPromise, type Reached, type Reason } from './store.ts'
import { showPromise } from './show.ts'

/** What keeping promises takes. */
export interface Keeper extends Pick<Hub, 'events' | 'now' | 'log'> {
  /** How soon we want to have called back. */
  promiseMinutes: number
  /** When we are open: nobody is to call back while we are closed. Null: always. */
  hours(): Hours | null
  /** Everybody who is told of a change. */
  audience(tx: Tx): Promise<StaffId[]>
}

/**
 * Opens promises and closes them, from what happens: a call that was missed, a message that was left, a call back that was asked for; and
 * anybody getting through to anybody, by phone or in writing. Whoever withheld their number cannot be called back.
 */
export function keepPromises(keeper: Keeper): Readonly<Record<string, OneListener>> {
  return {
    'call.missed': (tx, event) => openFor(keeper, tx, event, null),
    'call.voicemail': (tx, event) => openFor(keeper, tx, event, 'voicemail'),
    'call.callbackAsked': (tx, event) => openFor(keeper, tx, event, 'callback'),
    'call.state': (tx, event) => closeByCall(keeper, tx, event),
    'message.received': (tx, { data }) => close(keeper, tx, reachedBy(data), 'they wrote to us'),
    'message.sent': async (tx, { data }) =>
      isAutomatic(data) ? undefined : close(keeper, tx, reachedBy(data), 'we wrote to them'),
  }
}

const AboutCall = z.object({ callId: z.string() })

async function openFor(keeper: Keeper, tx: Tx, { data }: HubEvent, known: Reason | null): Promise<void> {
  const call = await readCall(tx, AboutCall.parse(data).callId as CallId)
  if (!call?.from) return
  const reason = known ?? reasonOf(call)
  const now = keeper.now()
  const promise = await openOrJoin(
    tx,
    {
      ...{ number: numberOf(call.from), from: call.from, callId: call.id, line: call.line, reason },
      ownerId: await ownerFor(tx, call),
      since: call.queuedAt ?? call.createdAt,
      dueAt: await dueOf(keeper, tx, call.line, after(call.endedAt ?? now, keeper.promiseMinutes * minute)),
      endedAt: call.endedAt ?? now,
    },
    now,
  )
  if (promise) await tell(keeper, tx, promise)
}

/** When we are closed at that time: as long after we open again. */
async function dueOf(
  { hours, promiseMinutes, log }: Pick<Keeper, 'hours' | 'promiseMinutes' | 'log'>,
  tx: Tx,
  line: string,
  dueAt: Date,
): Promise<Date> {
  try {
    const opening = await hours()?.at(tx, dueAt, { line, team: null })
    if (!opening || opening.isOpen || !opening.nextChangeAt) return dueAt
    return after(opening.nextChangeAt, promiseMinutes * minute)
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    log.warn({ error: messageOf(error) }, 'it is not known when we are open; the promise is due as if we were')
    return dueAt
  }
}

function reasonOf({ outcome }: StoredCall): Reason {
  return outcome === 'voicemail' || outcome === 'callback' ? outcome : 'missed'
}

/** Numbers are compared in E.164; what is no number of the public network, as it was written. */
export function numberOf(from: string): string {
  return cleanPhone(from) ?? from
}

const Moved = z.object({ callId: z.string(), state: z.string() })

/** Both are in the conference: whoever called whom, they got through. */
async function closeByCall(keeper: Keeper, tx: Tx, { data }: HubEvent): Promise<void> {
  const { callId, state } = Moved.parse(data)
  if (state !== 'AllInConference') return
  const call = await readCall(tx, callId as CallId)
  if (!call?.from) return
  const reached = { numbers: [numberOf(call.from)], profileId: call.profileId }
  const talker = call.legs.find(isTalker)?.name ?? 'somebody'
  const because = call.direction === 'outbound' ? `${talker} called them` : `they called again and spoke with ${talker}`
  await close(keeper, tx, reached, because)
}

function isTalker({ role, part, inConference, hasSpoken }: Leg): boolean {
  return role === 'staff' && part === 'talk' && (inConference || hasSpoken)
}

async function close(keeper: Keeper, tx: Tx, reached: Reached, because: string): Promise<void> {
  if (reached.numbers.length === 0 && reached.profileId === null) return
  for (const promise of await closeFor(tx, reached, because, keeper.now())) await tell(keeper, tx, promise)
}

/** Tells everybody who answers that a promise was opened, joined, changed or closed. */
export async function tell({ events, now, audience }: Keeper, tx: Tx, promise: OpenPromise): Promise<void> {
  const staffIds = await audience(tx)
  await events.publish(tx, 'promise.changed', { staffIds, promise: showPromise(promise), at: now() })
}

/** What a machine of ours wrote, such as a reminder: nobody got through. */
function isAutomatic(data: unknown): boolean {
  return z.object({ isAutomatic: z.literal(true) }).safeParse(data).success
}

const Person = z.object({ profileId: z.uuid() })
const places = new Set(['from', 'to', 'phone', 'handle', 'message', 'contact'])

/** Whoever a message is from or to, wherever its event says so: who told it is another part, and says it in its own shape. */
function reachedBy(data: unknown): Reached {
  const numbers = handlesIn(data, 4).flatMap(handle => cleanPhone(handle) ?? [])
  return { numbers: [...new Set(numbers)], profileId: Person.safeParse(data).data?.profileId ?? null }
}

function handlesIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value]
  if (depth === 0 || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(each => handlesIn(each, depth - 1))
  return Object.entries(value).flatMap(([name, inner]) => (places.has(name) ? handlesIn(inner, depth - 1) : []))
}
