import { createHash } from 'node:crypto'
import { messageOf, type Hub, type Staff, type Tx } from '@switchboard/core'
import type { Attendance } from './attendance.ts'
import type { Admission, Asking, Renewal } from './connections.ts'
import type { Grant } from './grant.ts'
import type { Limits } from './limits.ts'
import { commandShapes } from './protocol-commands.ts'
import { closings, protocolVersions, versionFor, type ClientFrame, type Closing, type Hello } from './protocol.ts'
import { activePeople } from './people.ts'
import { fieldsJson, screensOf } from './screen.ts'
import { lockCounts, resetReason, useTickets, type Count } from './store.ts'

/** The form in which a ticket is kept. */
export function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex')
}

/** Judges hellos that came together: takes their tickets, and notes the connections. @returns for each what its session starts from, or why it may not */
export async function admit(desk: Desk, askings: readonly Asking[]): Promise<Admission[]> {
  try {
    return await desk.hub.store.transact(tx => judge(desk, tx, askings))
  } catch (error) {
    for (const { connectionId } of askings) desk.attendance.forget(connectionId)
    // What is wrong with one is not to keep the others out.
    if (askings.length > 1) return Promise.all(askings.map(asking => admitAlone(desk, asking)))
    if (error instanceof TooManyDevices) return [{ closing: closings.tooManyDevices }]
    throw error
  }
}

async function admitAlone(desk: Desk, asking: Asking): Promise<Admission> {
  try {
    const [admission] = await admit(desk, [asking])
    return admission ?? notNow
  } catch (error) {
    desk.hub.log.warn({ error: messageOf(error) }, 'gateway client could not be let in yet')
    return notNow
  }
}

const notNow: Admission = { closing: closings.tryLater }

/** Ends the transaction that counted one connection too many; the ticket is as good as before. */
class TooManyDevices extends Error {}

/** Judges a new ticket for a connection that there is: it goes on for as long as that is good. */
export async function renew({ hub }: Desk, grant: Grant, { id, data }: ClientFrame): Promise<Renewal> {
  const refused = (code: string, message: string): Renewal => ({
    reply: { re: id, ok: false, error: { code, message } },
    grant: null,
  })
  const asked = Renew.safeParse(data)
  if (!asked.success) return refused('bad_request', 'ticket: the one to go on with')
  try {
    const [held = bad] = await hub.store.transact(tx => heldBy(hub, tx, [asked.data.ticket]))
    if ('closing' in held) return refused('unauthenticated', held.closing.reason)
    if (held.grant.staffId !== grant.staffId) return refused('forbidden', 'this ticket is somebody else’s')
    const endsAt = held.grant.endsAt?.toISOString() ?? null
    // Another role takes effect by coming back, and not here.
    return { reply: { re: id, ok: true, data: { endsAt } }, grant: { ...held.grant, role: grant.role } }
  } catch (error) {
    hub.log.warn({ error: messageOf(error) }, 'ticket could not be judged yet')
    return refused('unavailable', 'not now; try again with another ticket')
  }
}

const Renew = commandShapes['session.renew'].data

/** What judging takes. */
export interface Desk {
  hub: Hub
  attendance: Attendance
  limits: Limits
}

async function judge(desk: Desk, tx: Tx, askings: readonly Asking[]): Promise<Admission[]> {
  const { hub } = desk
  // Who no longer waits is not let in: else a hub that is behind would never catch up.
  const there = askings.filter(asking => asking.isThere())
  const held = await heldBy(
    hub,
    tx,
    there.map(({ hello }) => hello.ticket),
  )
  const judged = new Map(there.map((asking, nth) => [asking, held[nth] ?? bad]))
  const guests = [...judged].flatMap(([asking, one]) => ('closing' in one ? [] : [{ asking, ...one }]))
  const letIn = await welcomed(desk, tx, guests)
  return askings.map(asking => letIn.get(asking) ?? refusalIn(judged.get(asking)))
}

function refusalIn(judged: Held | undefined): Admission {
  return judged && 'closing' in judged ? judged : notNow
}

/** Whose ticket was good. */
interface Guest {
  asking: Asking
  staff: Staff
  grant: Grant
}

async function welcomed(desk: Desk, tx: Tx, guests: readonly Guest[]): Promise<Map<Asking, Admission>> {
  const { hub, attendance, limits } = desk
  const people = new Map(guests.map(({ staff }) => [staff.id, staff]))
  if (people.size === 0) return new Map()
  // Locked first: until this commits no frame of theirs can, so what follows is all there is up to `seq`.
  const counts = await lockCounts(tx, [...people.keys()])
  for (const { asking, staff } of guests) asking.seat(staff.id)
  const arriving = guests.map(({ asking, grant }) => ({ ...grant, id: asking.connectionId }))
  const devices = await attendance.arrive(tx, arriving)
  if ([...devices.values()].some(many => many > limits.connectionsPerPerson)) throw new TooManyDevices()
  const screens = await screensOf(hub, tx, [...people.values()])
  return new Map(
    guests.map(guest => {
      const [count, screen] = [counts.get(guest.staff.id), screens.get(guest.staff.id)]
      if (!count || !screen) throw new Error('a counter was neither made nor found')
      return [guest.asking, admissionOf(guest, count, screen)]
    }),
  )
}

function admissionOf({ asking, grant }: Guest, count: Count, screen: string): Admission {
  const { hello, connectionId } = asking
  const { seq, isResumed, reset } = startOf(count, hello)
  const version = versionFor(hello.versions) ?? protocolVersions[0]
  const device = hello.device ?? connectionId
  const { endsAt } = grant
  const own = { version, device, endsAt: endsAt?.toISOString() ?? null, epoch: count.epoch, seq, isResumed }
  const welcome = `{${screen},${fieldsJson(own)}}`
  return { grant, isResumed, admitted: { type: 'admitted', seq, welcome, known: count.seq, reset, device, endsAt } }
}

/** Whose a ticket is and what it rests on; or why it is worth nothing. */
type Held = { staff: Staff; grant: Grant } | { closing: Closing }

const bad: Held = { closing: closings.badTicket }

/** Takes tickets, each once. */
async function heldBy(hub: Hub, tx: Tx, tickets: readonly string[]): Promise<Held[]> {
  const hashes = tickets.map(hashOf)
  const taken = new Map((await useTickets(tx, [...new Set(hashes)], hub.now())).map(one => [one.hash, one]))
  const kept = [...taken.values()]
  const [whose, ended] = await Promise.all([
    activePeople(
      hub,
      tx,
      kept.map(({ staffId }) => ({ id: staffId })),
    ),
    endedOf(hub, tx, new Set(kept.flatMap(({ grantId }) => grantId ?? []))),
  ])
  return hashes.map(hash => {
    const ticket = taken.get(hash)
    const staff = ticket && whose({ id: ticket.staffId })
    if (!ticket || !staff) return bad
    taken.delete(hash)
    const { grantId, endsAt } = ticket
    if (endsAt !== null && endsAt <= hub.now()) return { closing: closings.expired }
    if (grantId !== null && ended.has(grantId)) return { closing: closings.signedOut }
    return { staff, grant: { staffId: staff.id, role: staff.role, grantId, endsAt } }
  })
}

async function endedOf({ port }: Hub, tx: Tx, ids: ReadonlySet<string>): Promise<Set<string>> {
  return new Set(ids.size === 0 ? [] : await port('auth').ended?.(tx, [...ids]))
}

/** Where the connection goes on: at what the client knows, when the rest can be told; else at the present. */
function startOf(count: Count, { epoch, seq }: Hello) {
  if (!epoch || typeof seq !== 'number') return { seq: count.seq, isResumed: false, reset: null }
  const reset = resetReason(count, { epoch, seq })
  return { seq: reset ? count.seq : seq, isResumed: reset === null, reset }
}
