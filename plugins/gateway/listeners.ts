import {
  messageOf,
  placeOf,
  z,
  type Caller,
  type CallId,
  type Hub,
  type LegId,
  type Listener,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { countedData, type CountedType } from './protocol.ts'
import { append, connected, type Due, type Kept } from './store.ts'

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

/** Turns what happens in the hub into frames for whom it concerns: kept with the event, told after the commit. */
export function listeners(hub: Hub, tell: (kept: readonly Kept[]) => void): Record<string, Listener> {
  const deliver = async (tx: Tx, dues: readonly Due[]): Promise<void> => {
    const kept = await append(tx, dues, hub.now())
    tx.afterCommit(() => tell(kept))
  }
  /** An event that names whom it concerns: the frame is the event without their names. */
  const forward = (type: CountedType): [string, Listener] => [
    type,
    async (tx, event) => {
      const data = countedData[type].parse(event.data)
      const concerned = z.object({ staffIds }).parse(event.data)
      await deliver(tx, toEach(concerned.staffIds, type, data))
    },
  ]
  return {
    'call.ringing': async (tx, event) => {
      const ringing = Ringing.parse(event.data)
      const caller = await withHistory(hub, tx, await cardOf(hub, tx, ringing.from), ringing.from)
      await deliver(tx, rings(ringing, caller))
      tx.afterCommit(() => noteCards(hub, ringing, caller, event.at))
    },
    'presence.changed': async (tx, event) => {
      const data = countedData['presence.changed'].parse(event.data)
      await deliver(tx, toEach(await connected(tx), 'presence.changed', data))
    },
    ...Object.fromEntries(
      (['call.state', 'call.answeredElsewhere', 'call.missed', 'message.received', 'promise.changed'] as const).map(
        forward,
      ),
    ),
  }
}

function toEach(staffIds: readonly StaffId[], type: CountedType, data: unknown): Due[] {
  return [...new Set(staffIds)].map(staffId => ({ staffId, type, data }) as Due)
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
  const directory = hub.wanted('directory')
  if (!directory) return unknownCaller(from)
  await tx.sql`savepoint card`
  try {
    return await directory.card(tx, from)
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
  await tx.sql`savepoint history`
  try {
    return { ...caller, ...(await history.of(tx, from)) }
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
