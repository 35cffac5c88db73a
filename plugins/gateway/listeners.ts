import {
  isAllowed,
  isAllowedOn,
  messageOf,
  placeOf,
  z,
  type Caller,
  type CallId,
  type Hub,
  type HubEvent,
  type LegId,
  type Listener,
  type Role,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { answeringDevice, wasTold } from './answer-store.ts'
import { countedData, type CountedType } from './protocol.ts'
import { hintFrames } from './wake.ts'
import { connected } from './presence-store.ts'
import { append, lockCounts, type Due, type Kept } from './store.ts'

const staffId = z.string() as unknown as z.ZodType<StaffId>
const staffIds = z.array(staffId)

/** What `call.ringing` says on the bus. */
const Ringing = z.object({
  callId: z.string() as unknown as z.ZodType<CallId>,
  legs: z.array(z.object({ legId: z.string() as unknown as z.ZodType<LegId>, staffId })),
  from: z.string().nullable(),
  to: z.string(),
  at: z.string(),
})

/** What `call.accepted` says on the bus. */
const Accepted = z.object({ callId: z.string() as unknown as z.ZodType<CallId>, staffId })

/** What `presence.changed` and `duty.changed` say on the bus. */
const Present = countedData['presence.changed']

/** Events that say themselves whom they concern, and are told as they are. */
const forwarded = [
  ...(['call.state', 'call.answeredElsewhere', 'call.missed', 'promise.changed'] as const),
  ...(['message.received', 'message.sent', 'thread.changed', 'reminder.due'] as const),
]

/** As those, but they come in floods, when hundreds are written to at once, and may come a moment later. */
const flooding = ['message.changed'] as const

/** Frames that one statement counts and keeps. */
const atOnce = 5_000

/** Turns what happens in the hub into frames for whom it concerns: kept with the event, told after the commit. */
export function listeners(hub: Hub, tell: (kept: readonly Kept[]) => void): Record<string, Listener> {
  const deliver = async (tx: Tx, dues: readonly Due[]): Promise<void> => {
    const concerned = [...new Set(dues.map(({ staffId }) => staffId))]
    // Of several statements each would lock its own people: all are locked first, in the one order.
    if (dues.length > atOnce) await lockCounts(tx, concerned)
    for (let from = 0; from < dues.length; from += atOnce) {
      const kept = await append(tx, dues.slice(from, from + atOnce), hub.now())
      tx.afterCommit(() => tell(kept))
    }
    hintFrames(hub.signals, tx, concerned)
  }
  /** An event that names whom it concerns: the frame is the event without their names. */
  const duesOf = (type: CountedType, event: HubEvent): Due[] => {
    const data = countedData[type].parse(event.data)
    return toEach(z.object({ staffIds }).parse(event.data).staffIds, type, data)
  }
  const hear = (
    duesOf: (tx: Tx, events: readonly HubEvent[]) => Due[] | Promise<Due[]>,
    isUrgent = true,
  ): Listener => ({ isUrgent, many: async (tx, events) => deliver(tx, await duesOf(tx, events)) })
  const forward = (type: CountedType, isUrgent: boolean): [string, Listener] => [
    type,
    hear((_tx, events) => events.flatMap(event => duesOf(type, event)), isUrgent),
  ]
  return {
    'call.ringing': async (tx, event) => {
      const ringing = Ringing.parse(event.data)
      const { caller: known } = (event.beside ?? {}) as { caller?: Caller }
      const caller = await withHistory(hub, tx, known ?? (await cardOf(hub, tx, ringing.from)), ringing.from)
      await deliver(tx, rings(ringing, caller))
      tx.afterCommit(() => noteCards(hub, ringing, caller, event.at))
    },
    'presence.changed': hear(async (tx, events) => presences(await connected(tx), events)),
    // Nobody's presence has changed by it: only who sees what others do is told.
    'duty.changed': hear(async (tx, events) => {
      const leading = (await connected(tx)).filter(({ role }) => isAllowed({ role }, 'ViewTeam'))
      return presences(leading, events)
    }),
    'alert.told': async (tx, { data }) => {
      const managers = (await connected(tx)).filter(({ role }) => role === 'manager' || role === 'admin')
      const ids = managers.map(({ staffId }) => staffId)
      await deliver(tx, toEach(ids, 'alert.changed', countedData['alert.changed'].parse(data)))
    },
    // The other devices of whoever answered stop ringing.
    'call.accepted': async (tx, { data }) => {
      const { callId, staffId } = Accepted.parse(data)
      const device = await answeringDevice(tx, staffId, callId)
      if (device === null || (await wasTold(tx, staffId, callId))) return
      await deliver(tx, [{ staffId, type: 'call.answeredElsewhere', data: { callId, by: staffId, device } }])
    },
    ...Object.fromEntries(forwarded.map(type => forward(type, true))),
    ...Object.fromEntries(flooding.map(type => forward(type, false))),
  }
}

function toEach(staffIds: readonly StaffId[], type: CountedType, data: unknown): Due[] {
  return [...new Set(staffIds)].map(staffId => ({ staffId, type, data }) as Due)
}

/** The presence of whoever changed for everybody; what they do at this moment only for those who may see it. */
function presences(to: readonly { staffId: StaffId; role: Role }[], events: readonly HubEvent[]): Due[] {
  return events.flatMap(({ data }) => {
    const present = Present.parse(data)
    const { duty: _, ...status } = present
    return to.map(({ staffId, role }): Due => {
      const isSeen = isAllowedOn({ role, staffId }, 'View', present.staffId)
      return { staffId, type: 'presence.changed', data: isSeen ? present : status }
    })
  })
}

function rings({ callId, legs, from, to, at }: z.output<typeof Ringing>, caller: Caller): Due[] {
  return legs.map(({ legId, staffId }) => ({
    staffId,
    type: 'call.ringing',
    data: { call: { id: callId, from, to, at, legId }, caller },
  }))
}

/** The caller's card. A directory that fails must not keep a phone from ringing: then the card is that of an unknown caller. */
async function cardOf(hub: Hub, tx: Tx, from: string | null): Promise<Caller> {
  const directory = hub.wanted('screenpop') ?? hub.wanted('directory')
  if (!directory) return unknownCaller(from)
  try {
    const [, card] = await Promise.all([tx.sql`savepoint card`, directory.card(tx, from)])
    return card
  } catch (error) {
    await tx.sql`rollback to savepoint card`
    hub.log.error({ error: messageOf(error) }, 'card could not be made')
    return unknownCaller(from)
  }
}

/** The card with what earlier calls left behind. A card without it is better than none. */
async function withHistory(hub: Hub, tx: Tx, caller: Caller, from: string | null): Promise<Caller> {
  const history = hub.wanted('history')
  if (!history) return caller
  try {
    const [, known] = await Promise.all([tx.sql`savepoint history`, history.of(tx, from)])
    return { ...caller, ...known }
  } catch (error) {
    await tx.sql`rollback to savepoint history`
    hub.log.error({ error: messageOf(error) }, 'history could not be read')
    return caller
  }
}

function unknownCaller(phone: string | null): Caller {
  const nothing = { household: [], orders: [], bookings: [], promises: [], notes: [] }
  return {
    profileId: null,
    displayName: null,
    phone,
    place: phone && placeOf(phone),
    confidence: 0,
    reasons: [],
    ...nothing,
  }
}

function noteCards(hub: Hub, { callId, legs }: z.output<typeof Ringing>, caller: Caller, since: Date): void {
  const facts = {
    callId,
    profileId: caller.profileId,
    orders: caller.orders.length,
    ms: hub.now().getTime() - since.getTime(),
  }
  for (const { staffId } of legs) hub.log.info({ staffId, ...facts }, 'card pushed')
}
