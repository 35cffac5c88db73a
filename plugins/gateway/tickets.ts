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
  type Who,
} from '@switchboard/core'
import { hashOf } from './admission.ts'
import { activePeople } from './people.ts'
import { keepTickets, type Ticket } from './store.ts'
import { together } from './together.ts'

const ticketMs = 30 * second

/** Those who ask at almost the same time share the way to the database: when a network is back, all clients of the house ask at once. */
const batches = { atMost: 128, width: 1, gatherMs: 20 }

/** `POST /api/gateway/ticket`: lets somebody open a connection once, within 30 s. `url` is told when asked: the port may be any free one. */
export function ticketRoute(hub: Hub, url: () => string): Route {
  const give = together(batches, (asked: readonly Asked[]) => giveAll(hub, asked))
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
      const email = body?.staff?.toLowerCase()
      const ticket = randomBytes(32).toString('base64url')
      const expiresAt = after(hub.now(), ticketMs)
      const who = holderOf(principal, email)
      const staff = await give({ who, ticket: { hash: hashOf(ticket), expiresAt, ...grantOf(principal) }, email })
      if (!staff) throw new NotFound(email ? `staff member ${email}` : 'the staff member')
      if (email && staff.email !== email) throw new Forbidden('a ticket for somebody else needs an admin API key')
      return { ticket, url: url(), expiresAt }
    },
  })
}

/** What the connection rests on: the sign-in, for as long as its token lasts; or the key. */
function grantOf(principal: Principal | null): Pick<Ticket, 'grantId' | 'endsAt'> {
  if (principal?.kind === 'key') return { grantId: principal.keyId, endsAt: null }
  return { grantId: principal?.sessionId ?? null, endsAt: principal?.expiresAt ?? null }
}

/** Whom the ticket is for: who asks, or whom a program with an admin key names. */
function holderOf(principal: Principal | null, email: string | undefined): Who {
  if (!principal) throw new HubError('unauthenticated', 'sign in first')
  if (principal.kind === 'staff') return { id: principal.staffId }
  if (principal.role !== 'admin')
    throw new Forbidden('a ticket for a staff member needs an API key with the role admin')
  if (!email) throw new HubError('bad_request', 'an API key is nobody: say for whom with {"staff": "<email>"}')
  return { email }
}

/** A ticket that somebody asks for; with an email it is for that person or nobody. */
interface Asked {
  who: Who
  email: string | undefined
  ticket: Omit<Ticket, 'staffId'>
}

/** Keeps tickets, of those who may have one. @returns whose each would be; null where nobody active is meant */
function giveAll(hub: Hub, asked: readonly Asked[]): Promise<(Staff | null)[]> {
  // One write: nothing to undo.
  return hub.store.read(async tx => {
    const whose = await activePeople(
      hub,
      tx,
      asked.map(({ who }) => who),
    )
    const owned = asked.flatMap(({ who, ticket, email }) => {
      const staff = whose(who)
      return staff && (email ?? staff.email) === staff.email ? [{ ...ticket, staffId: staff.id }] : []
    })
    await keepTickets(tx, owned)
    return asked.map(({ who }) => whose(who))
  })
}
