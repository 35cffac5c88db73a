import {
  Conflict,
  NotFound,
  route,
  z,
  type Hub,
  type Route,
  type Staff,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { hasAdminBesides, lock, writePerson } from './store.ts'

const Role = z.enum(['viewer', 'agent', 'manager', 'admin'])

const Changes = z
  .object({
    name: z.string().trim().min(1).max(200).optional(),
    role: Role.optional(),
    /** False: they can no longer sign in, and whatever they have open ends. */
    isActive: z.boolean().optional(),
  })
  .refine(changes => Object.keys(changes).length > 0, 'give name, role or isActive')

const Person = z.object({ id: z.string(), email: z.string(), name: z.string(), role: Role, isActive: z.boolean() })

/** `PATCH /api/staff/:id`: another name or role, or whether they may come in at all. Open connections end within two seconds. */
export function changeRoute(hub: Hub): Route {
  return route({
    method: 'PATCH',
    path: '/api/staff/:id',
    summary: 'Changes a person’s name or role, or shuts them out and lets them in again',
    access: 'admin',
    params: z.object({ id: z.uuid() }),
    body: Changes,
    answer: Person,
    handle: ({ params, body, principal }) =>
      hub.store.transact(async tx => {
        const { before, after } = await change(hub, tx, params.id as StaffId, body)
        const target = `staff:${after.id}`
        await hub.audit.record(tx, { by: principal, what: 'staff.change', target, ...differing(before, after) })
        await hub.events.publish(tx, 'staff.changed', { staffId: after.id, role: after.role, isActive: after.isActive })
        return after
      }),
  })
}

async function change(
  { now }: Hub,
  tx: Tx,
  staffId: StaffId,
  { name, role, isActive }: z.output<typeof Changes>,
): Promise<{ before: Staff; after: Staff }> {
  // Admins first, always: two who take each other's role away at the same time do it one after the other.
  const isOneLeft = await hasAdminBesides(tx, staffId)
  const row = await lock(tx, staffId)
  if (!row) throw new NotFound('this staff member')
  const before = personOf(row)
  const after = {
    ...before,
    name: name ?? before.name,
    role: role ?? before.role,
    isActive: isActive ?? before.isActive,
  }
  const wasAdmin = before.role === 'admin' && before.isActive
  const isAdmin = after.role === 'admin' && after.isActive
  if (wasAdmin && !isAdmin && !isOneLeft)
    throw new Conflict('this is the last admin: make somebody else an admin first')
  await writePerson(tx, after, now())
  return { before, after }
}

function personOf({ id, email, name, role, isActive }: Staff): Staff {
  return { id, email, name, role, isActive }
}

/** What the audit log is to know; names are left out, for the log outlives what it is about. */
function differing(before: Staff, after: Staff): { before: object; after: object } {
  const facts = ({ role, isActive }: Staff) => ({ role, isActive })
  return { before: facts(before), after: facts(after) }
}
