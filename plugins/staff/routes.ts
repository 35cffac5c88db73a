import { Forbidden, route, z, type Hub, type Roster, type Route } from '@switchboard/core'
import { seesDuty } from './duty.ts'
import { readOne } from './store.ts'

/** What a person can set about themselves. */
const Settable = z.object({ presence: z.enum(['available', 'busy', 'away', 'dnd']) })

/** A person who answers, as the API shows them. */
const Person = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['viewer', 'agent', 'manager', 'admin']),
  presence: z.enum(['available', 'busy', 'away', 'dnd', 'wrapup']),
  isConnected: z.boolean(),
  /** Which call has them, and when they last had one: for oneself and those who see the team; else null. */
  callId: z.string().nullable(),
  lastCallAt: z.string().nullable(),
  notFreeBecause: z.string().nullable(),
})

/** Who is on, and saying whether one can be rung. */
export function staffRoutes(hub: Hub, roster: Roster): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/staff',
      summary: 'Everybody active, longest idle first, with the reason why they cannot be rung',
      access: 'agent',
      answer: z.object({ items: z.array(Person) }),
      handle: async ({ principal }) => {
        const everybody = await hub.store.read(tx => roster.onDuty(tx))
        const asker = {
          role: principal?.role ?? 'viewer',
          staffId: principal?.kind === 'staff' ? principal.staffId : null,
        }
        const items = everybody.map(({ isActive: _, callId, lastCallAt, ...rest }) => {
          const isSeen = seesDuty(asker, rest.id)
          return {
            ...rest,
            callId: isSeen ? callId : null,
            lastCallAt: isSeen && lastCallAt ? lastCallAt.toISOString() : null,
          }
        })
        return { items }
      },
    }),
    route({
      method: 'POST',
      path: '/api/staff/wrapup/end',
      summary: 'Ends one’s own wrapping up: back to what one had set before the call',
      access: 'agent',
      answer: Settable,
      handle: ({ principal }) => {
        if (principal?.kind !== 'staff') throw new Forbidden('only a signed-in person wraps up; an API key does not')
        return hub.store.transact(async tx => {
          const presence = (await readOne(tx, { id: principal.staffId }))?.set ?? 'available'
          await roster.presence(tx, principal.staffId, { set: presence })
          return { presence }
        })
      },
    }),
    route({
      method: 'PUT',
      path: '/api/staff/me/presence',
      summary: 'Sets whether one can be rung',
      access: 'agent',
      body: Settable,
      answer: Settable,
      handle: async ({ principal, body }) => {
        if (principal?.kind !== 'staff')
          throw new Forbidden('only a signed-in person has a presence; an API key has none')
        await hub.store.transact(tx => roster.presence(tx, principal.staffId, { set: body.presence }))
        return body
      },
    }),
  ]
}
