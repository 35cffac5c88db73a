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
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { notFreeBecause, shownPresence } from './free.ts'
import {
  endWrapups,
  lock,
  lockUnlessTaken,
  readActive,
  readOne,
  upsert,
  writeClaim,
  writePresence,
  writeRelease,
  writeSpoke,
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
    enrol: async (tx, person) => enrolled(await upsert(tx, person, needs.now())),
    onDuty: async tx => (await readActive(tx)).map(row => onDutyOf(row, needs)),
    claim: async (tx, staffId, callId) => {
      const row = await lockUnlessTaken(tx, staffId)
      if (!row || notFreeBecause(row, needs.now(), needs.timeZone) !== null) return false
      await writeClaim(tx, staffId, callId, needs.now())
      return true
    },
    release: async (tx, staffId, callId, spoke) => {
      const row = await lock(tx, staffId)
      if (row?.callId !== callId) return
      if (!spoke) return writeRelease(tx, staffId, needs.now())
      await letGo(tx, row, needs)
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
  if (wrapupUntil) await publish(tx, { ...row, wrapupUntil }, needs)
}

type Change = { set: Exclude<Presence, 'wrapup'> } | { clients: number }

/** Setting a presence ends wrapping up. Whoever is rung by their role and never set one is available from their first connection. */
async function changePresence(tx: Tx, row: StaffRow, change: Change, needs: RosterNeeds): Promise<void> {
  const next = 'set' in change ? { ...row, set: change.set, wrapupUntil: null } : { ...row, clients: change.clients }
  if (next.set === null && next.clients > 0 && isRungByRole(row)) next.set = 'available'
  await writePresence(tx, row.id, next, needs.now())
  const before = shown(row, needs.now())
  const now = shown(next, needs.now())
  if (before.presence !== now.presence || before.isConnected !== now.isConnected) await publish(tx, next, needs)
}

/** An admin is there to set things up, and is rung only after having said so by setting a presence. */
function isRungByRole({ role }: StaffRow): boolean {
  return atLeast(role, 'agent') && role !== 'admin'
}

function shown(row: StaffRow, now: Date): { presence: Presence; isConnected: boolean } {
  return { presence: shownPresence(row, now), isConnected: row.clients > 0 }
}

async function publish(tx: Tx, row: StaffRow, { events, now }: RosterNeeds): Promise<void> {
  const staffId: StaffId = row.id
  await events.publish(tx, 'presence.changed', { staffId, ...shown(row, now()) })
}

function onDutyOf(row: StaffRow, needs: RosterNeeds): OnDuty {
  const { callId, lastCallAt } = row
  const now = needs.now()
  return {
    ...person(row),
    ...shown(row, now),
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
