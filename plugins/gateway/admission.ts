import { createHash } from 'node:crypto'
import type { Hub, Staff, StaffId, Tx } from '@switchboard/core'
import type { Attendance } from './attendance.ts'
import type { Admission } from './connections.ts'
import { closings, type Hello, type WelcomeData } from './protocol.ts'
import { lockCount, resetReason, useTicket, type Count } from './store.ts'

/** The form in which a ticket is kept. */
export function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex')
}

/** Judges a hello: takes its ticket, and notes the connection. @returns what the session starts from, or why it may not */
export async function admit(hub: Hub, attendance: Attendance, hello: Hello, connectionId: string): Promise<Admission> {
  try {
    return await hub.store.transact(tx => judge({ hub, attendance, tx }, hello, connectionId))
  } catch (error) {
    attendance.forget(connectionId)
    throw error
  }
}

interface Desk {
  hub: Hub
  attendance: Attendance
  tx: Tx
}

async function judge({ hub, attendance, tx }: Desk, hello: Hello, connectionId: string): Promise<Admission> {
  const staffId = await useTicket(tx, hashOf(hello.ticket), hub.now())
  const staff = staffId && (await hub.port('roster').find(tx, { id: staffId }))
  if (!staff?.isActive) return { closing: closings.badTicket }
  // Locked first: until this commits no frame of theirs can, so what follows is all there is up to `seq`.
  const count = await lockCount(tx, staff.id)
  await attendance.arrive(tx, staff.id, connectionId)
  const { seq, isResumed, reset } = startOf(count, hello)
  const welcome = { ...(await welcomeOf(hub, tx, staff)), epoch: count.epoch, seq, isResumed }
  return { staffId: staff.id, admitted: { type: 'admitted', welcome, known: count.seq, reset } }
}

/** Where the connection goes on: at what the client knows, when the rest can be told; else at the present. */
function startOf(count: Count, { epoch, seq }: Hello) {
  if (!epoch || typeof seq !== 'number') return { seq: count.seq, isResumed: false, reset: null }
  const reset = resetReason(count, { epoch, seq })
  return { seq: reset ? count.seq : seq, isResumed: reset === null, reset }
}

/** What a client needs to draw its first screen. */
async function welcomeOf(
  hub: Hub,
  tx: Tx,
  staff: Staff,
): Promise<Pick<WelcomeData, 'staff' | 'calls' | 'presence' | 'threads'>> {
  const { id, name, email, role } = staff
  return { calls: [], presence: [], threads: [], ...(await fieldsOf(hub, tx, id)), staff: { id, name, email, role } }
}

async function fieldsOf(hub: Hub, tx: Tx, staffId: StaffId): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = {}
  for (const [field, welcome] of hub.welcomes()) fields[field] = await welcome(tx, staffId)
  return fields
}
