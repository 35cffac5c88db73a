import {
  Conflict,
  Forbidden,
  HubError,
  NotFound,
  route,
  z,
  type Hub,
  type Principal,
  type Route,
  type StaffId,
} from '@switchboard/core'
import { hashPassword } from './password.ts'
import { Email, NewPassword, Password, RoleName, staffOnly, type Access } from './routes.ts'
import { provePassword } from './sessions.ts'
import { revokeAll, writePassword } from './store.ts'
import { admitAttempt, forgetAttempts, subjectOf } from './throttle.ts'

const Me = z.object({
  kind: z.enum(['staff', 'key']),
  id: z.string(),
  name: z.string(),
  role: RoleName,
  email: z.string().nullable(),
})

/** Who am I, my password, and new people. */
export function peopleRoutes({ hub, auth, sessions }: Access): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/me',
      summary: 'Whom the token belongs to',
      access: 'viewer',
      answer: Me,
      handle: async ({ principal }) => {
        if (principal?.kind !== 'staff') return { ...keyOnly(principal), email: null }
        const person = await hub.store.read(tx => sessions.roster().find(tx, { id: principal.staffId }))
        if (!person) throw new NotFound('this staff member')
        const { id, name, role, email } = person
        return { kind: 'staff' as const, id, name, role, email }
      },
    }),
    route({
      method: 'PUT',
      path: '/api/me/password',
      summary: 'Sets a new password, and signs out everywhere else',
      access: 'viewer',
      body: z.object({ current: Password, next: NewPassword }),
      handle: async ({ principal, body, address }) => {
        const { staffId, sessionId } = staffOnly(principal)
        const person = await hub.store.read(tx => sessions.roster().find(tx, { id: staffId }))
        if (!person) throw new NotFound('this staff member')
        const subject = subjectOf(person.email, address)
        await admitAttempt(hub.store, subject, hub.now())
        await provePassword(sessions, person.email, body.current).catch(mistyped)
        await setPassword(hub, { staffId, password: body.next, keep: sessionId ?? null })
        await hub.store.transact(tx => forgetAttempts(tx, subject))
        if (sessionId) auth.forget(sessionId)
      },
    }),
    route({
      method: 'POST',
      path: '/api/staff',
      summary: 'Adds a person who can sign in',
      access: 'admin',
      body: z.object({ email: Email, name: z.string().trim().min(1).max(200), role: RoleName, password: NewPassword }),
      answer: Me,
      status: 201,
      handle: async ({ body }) => {
        const passwordHash = await hashPassword(body.password)
        const person = await hub.store.transact(async tx => {
          if (await sessions.roster().find(tx, body)) throw new Conflict('there is somebody with this email already')
          const added = await sessions.roster().enrol(tx, body)
          await writePassword(tx, added.id, passwordHash, hub.now())
          return added
        })
        const { id, name, role, email } = person
        return { kind: 'staff' as const, id, name, role, email }
      },
    }),
  ]
}

async function setPassword(
  hub: Hub,
  { staffId, password, keep }: { staffId: StaffId; password: string; keep: string | null },
): Promise<void> {
  const passwordHash = await hashPassword(password)
  await hub.store.transact(async tx => {
    await writePassword(tx, staffId, passwordHash, hub.now())
    await revokeAll(tx, staffId, keep, hub.now())
  })
}

function keyOnly(principal: Principal | null): {
  kind: 'key'
  id: string
  name: string
  role: z.output<typeof RoleName>
} {
  if (principal?.kind !== 'key') throw new HubError('unauthenticated', 'sign in first')
  return { kind: 'key', id: principal.keyId, name: principal.name, role: principal.role }
}

/** A signed-in person who mistypes stays signed in, so this is not answered as a missing sign-in. */
function mistyped(error: unknown): never {
  const isWrong = error instanceof HubError && error.code === 'unauthenticated'
  throw isWrong ? new Forbidden('the current password is wrong') : error
}
