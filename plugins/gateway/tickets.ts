import { randomBytes } from 'node:crypto'
import {
  after,
  Forbidden,
  HubError,
  NotFound,
  route,
  second,
  z,
  type Hub,
  type Principal,
  type Route,
  type Staff,
  type Tx,
} from '@switchboard/core'
import { hashOf } from './admission.ts'
import { keepTicket } from './store.ts'

const ticketMs = 30 * second

/** `POST /api/gateway/ticket`: lets somebody open a connection once, within 30 s. `url` is told when asked: the port may be any free one. */
export function ticketRoute(hub: Hub, url: () => string): Route {
  return route({
    method: 'POST',
    path: '/api/gateway/ticket',
    summary: 'A ticket for one gateway connection: yours, or with an admin key that of any staff member',
    access: 'agent',
    isSecret: true,
    body: z.object({ staff: z.string().min(1).optional() }).optional(),
    answer: z.object({ ticket: z.string(), url: z.string(), expiresAt: z.date() }),
    status: 201,
    handle: async ({ principal, body }) => {
      const ticket = randomBytes(32).toString('base64url')
      const expiresAt = after(hub.now(), ticketMs)
      // One write: nothing to undo.
      await hub.store.read(async tx => {
        const { id } = await holder(hub, tx, principal, body?.staff)
        await keepTicket(tx, { hash: hashOf(ticket), staffId: id, expiresAt, ...grantOf(principal) })
      })
      return { ticket, url: url(), expiresAt }
    },
  })
}

/** What the connection rests on: the sign-in, for as long as its token lasts; or the key. */
function grantOf(principal: Principal | null): { grantId: string | null; endsAt: Date | null } {
  if (principal?.kind === 'key') return { grantId: principal.keyId, endsAt: null }
  return { grantId: principal?.sessionId ?? null, endsAt: principal?.expiresAt ?? null }
}

/** Whom the ticket is for: who asks, or whom a program with an admin key names. */
async function holder(hub: Hub, tx: Tx, principal: Principal | null, email: string | undefined): Promise<Staff> {
  if (!principal) throw new HubError('unauthenticated', 'sign in first')
  const who = principal.kind === 'staff' ? { id: principal.staffId } : { email: namedBy(principal, email) }
  const staff = await hub.port('roster').find(tx, who)
  if (!staff?.isActive) throw new NotFound(email ? `staff member ${email}` : 'the staff member')
  if (email && staff.email !== email.toLowerCase())
    throw new Forbidden('a ticket for somebody else needs an admin API key')
  return staff
}

function namedBy({ role }: Principal, email: string | undefined): string {
  if (role !== 'admin') throw new Forbidden('a ticket for a staff member needs an API key with the role admin')
  if (!email) throw new HubError('bad_request', 'an API key is nobody: say for whom with {"staff": "<email>"}')
  return email.toLowerCase()
}
