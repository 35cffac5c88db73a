import {
  after,
  atLeast,
  HubError,
  NotFound,
  second,
  type Events,
  type OnDuty,
  type Presence,
  type Roster,
  type Staff,
  type Tx,
} from '@switchboard/core'
import { dutyOf, statusOf } from './duty.ts'
import { notFreeBecause } from './free.ts'
import {
  endWrapups,
  lock,
  lockUnlessTaken,
  readActive,
  readAll,
  readOne,
  upsert,
  writeClaim,
  writePresence,
  writeRelease,
  writeSpoke,
  type PresenceRow,
  type StaffRow,
} from './store.ts'

/** What the roster needs. */
export interface RosterNeeds {
  events: Events
  now(): Date
  wrapUpSeconds: number
  timeZone: string
}

/** The roster over the table `staff`. */
export function makeRoster(needs: RosterNeeds): Roster {
  return {
    find: async (tx, who) => staffOf(await readOne(tx, who)),
    findAll: async (tx, those) => (await readAll(tx, those)).map(person),
    enrol: async (tx, person) => enrolled(await upsert(tx, person, needs.now())),
    onDuty: async (tx, only) => (await readActive(tx, only)).map(row => onDutyOf(row, needs)),
    claim: async (tx, staffId, callId) => {
      const row = await lockUnlessTaken(tx, staffId)
      if (!row || notFreeBecause(row, needs.now(), needs.timeZone) !== null) return false
      await writeClaim(tx, staffId, callId, needs.now())
      await publishCall(tx, { ...row, callId, claimedAt: needs.now() }, needs)
      return true
    },
    release: async (tx, staffId, callId, spoke) => {
      const row = await lock(tx, staffId)
      if (row?.callId !== callId) return
      if (spoke) return letGo(tx, row, needs)
      await writeRelease(tx, staffId, needs.now())
      await publishCall(tx, { ...row, callId: null, claimedAt: null }, needs)
    },
    presence: async (tx, staffId, change) => {
      const row = await lock(tx, staffId)
      if (!row) throw new NotFound('this staff member')
      await changePresence(tx, row, change, needs)
    },
  }
}

/** Ends every wrapping up whose time is over, and tells everybody. */
export async function finishWrapups(tx: Tx, needs: RosterNeeds): Promise<void> {
  for (const row of await endWrapups(tx, needs.now())) await publish(tx, row, needs)
}

async function letGo(tx: Tx, row: StaffRow, needs: RosterNeeds): Promise<void> {
  const now = needs.now()
  const wrapupUntil = needs.wrapUpSeconds > 0 ? after(now, needs.wrapUpSeconds * second) : null
  await writeSpoke(tx, row.id, now, wrapupUntil)
  const free = { ...row, callId: null, claimedAt: null }
  if (wrapupUntil) await publish(tx, { ...free, wrapupUntil, presenceSince: now }, needs)
  else await publishCall(tx, free, needs)
}

type Change = { set: Exclude<Presence, 'wrapup'> } | { clients: number }

async function changePresence(tx: Tx, row: StaffRow, change: Change, needs: RosterNeeds): Promise<void> {
  const now = needs.now()
  const next = changed(row, change, now)
  if (!isSame(row, next)) await writePresence(tx, row.id, next, now)
  if (!looksSame(row, next, now)) await publish(tx, next, needs)
}

/** Setting a presence ends wrapping up. Whoever is rung by their role and never set one is available from their first connection. */
function changed(row: StaffRow, change: Change, now: Date): StaffRow {
  const next = 'set' in change ? { ...row, set: change.set, wrapupUntil: null } : { ...row, clients: change.clients }
  if (next.set === null && next.clients > 0 && isRungByRole(row)) next.set = 'available'
  const [before, after] = [statusOf(row, now), statusOf(next, now)]
  if (before.presence !== after.presence || next.presenceSince === null) next.presenceSince = now
  if (before.isConnected !== after.isConnected) next.connectedSince = after.isConnected ? now : null
  return next
}

function looksSame(row: StaffRow, next: StaffRow, now: Date): boolean {
  const [before, after] = [statusOf(row, now), statusOf(next, now)]
  return before.presence === after.presence && before.isConnected === after.isConnected
}

/** A client that comes back in time changes nothing: not worth a write, when all come back at once. */
function isSame(before: PresenceRow, after: PresenceRow): boolean {
  const names = ['set', 'clients', 'wrapupUntil', 'presenceSince', 'connectedSince'] as const
  return names.every(name => before[name] === after[name])
}

/** An admin is there to set things up, and is rung only after having said so by setting a presence. */
function isRungByRole({ role }: StaffRow): boolean {
  return atLeast(role, 'agent') && role !== 'admin'
}

/** What everybody may see has changed. */
async function publish(tx: Tx, row: StaffRow, { events, now }: RosterNeeds): Promise<void> {
  await events.publish(tx, 'presence.changed', { staffId: row.id, ...statusOf(row, now()), duty: dutyOf(row, now()) })
}

/** Only which call has them has changed: told to those who see that, and to nobody else. */
async function publishCall(tx: Tx, row: StaffRow, { events, now }: RosterNeeds): Promise<void> {
  const facts = { staffId: row.id, ...statusOf(row, now()), duty: dutyOf(row, now()) }
  await events.publish(tx, 'duty.changed', facts)
}

function onDutyOf(row: StaffRow, needs: RosterNeeds): OnDuty {
  const { callId, lastCallAt } = row
  const now = needs.now()
  return {
    ...person(row),
    ...statusOf(row, now),
    callId,
    lastCallAt,
    notFreeBecause: notFreeBecause(row, now, needs.timeZone),
  }
}

function person({ id, email, name, role, isActive }: Staff): Staff {
  return { id, email, name, role, isActive }
}

function staffOf(row: StaffRow | null): Staff | null {
  return row && person(row)
}

function enrolled(row: StaffRow | undefined): Staff {
  if (!row) throw new HubError('internal', 'the staff member was not written')
  return person(row)
}
