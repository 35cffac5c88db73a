import { route, z, type Hub, type Route } from '@switchboard/core'
import { dutyOf, statusOf } from './duty.ts'
import { notFreeBecause } from './free.ts'
import { readActive, type StaffRow } from './store.ts'

const at = z.date().nullable()

/** A person and what they do at this moment, as whoever leads them sees it. */
const Member = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['viewer', 'agent', 'manager', 'admin']),
  presence: z.enum(['available', 'busy', 'away', 'dnd', 'wrapup']),
  /** Since when they are that. */
  presenceSince: at,
  isConnected: z.boolean(),
  /** Since when they are on; null while they are not. */
  connectedSince: at,
  /** How many clients they have connected. */
  devices: z.int(),
  /** The call that has them, ringing or talking, and since when. */
  callId: z.string().nullable(),
  callSince: at,
  wrapupUntil: at,
  lastCallAt: at,
  notFreeBecause: z.string().nullable(),
})

/** `GET /api/team`: who is on, since when, in which call, and who wraps up. */
export function teamRoute({ store, now }: Hub, timeZone: string): Route {
  return route({
    method: 'GET',
    path: '/api/team',
    summary: 'The team at this moment: who is on, since when, in which call, wrapping up until when',
    access: 'ViewTeam',
    answer: z.object({ items: z.array(Member) }),
    handle: async () => ({
      items: (await store.read(tx => readActive(tx))).map(row => memberOf(row, now(), timeZone)),
    }),
  })
}

function memberOf(row: StaffRow, now: Date, timeZone: string): z.output<typeof Member> {
  const { id, name, email, role, lastCallAt } = row
  return {
    ...{ id, name, email, role, lastCallAt },
    ...statusOf(row, now),
    ...dutyOf(row, now),
    notFreeBecause: notFreeBecause(row, now, timeZone),
  }
}
