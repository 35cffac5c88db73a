import { route, z, type Route, type StaffId } from '@switchboard/core'
import { Email, Password, staffOnly, type Access } from './routes.ts'
import { refresh, signIn, signOut, type Tokens } from './sessions.ts'
import { revokeAll } from './store.ts'

const TokenPair = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.string() })

/** Signing in, staying signed in, and signing out. */
export function sessionRoutes({ hub, auth, sessions }: Access): Route[] {
  const everywhere = (staffId: StaffId): Promise<void> =>
    hub.store.transact(tx => revokeAll(tx, staffId, null, hub.now())).then(() => auth.forget(staffId))
  return [
    route({
      method: 'POST',
      path: '/api/sessions',
      summary: 'Signs in with email and password',
      access: 'public',
      body: z.object({ email: Email, password: Password }),
      answer: TokenPair,
      status: 201,
      handle: async ({ body, address }) => shown(await signIn(sessions, { ...body, from: address })),
    }),
    route({
      method: 'POST',
      path: '/api/sessions/refresh',
      summary: 'Exchanges a refresh token, which is good once, for the next pair of tokens',
      access: 'public',
      body: z.object({ refreshToken: z.string().max(200) }),
      answer: TokenPair,
      handle: async ({ body }) => shown(await refresh(sessions, body.refreshToken)),
    }),
    route({
      method: 'DELETE',
      path: '/api/sessions',
      summary: 'Signs out: the refresh token of this sign-in works no more',
      access: 'viewer',
      handle: async ({ principal }) => {
        const { sessionId } = staffOnly(principal)
        if (!sessionId) return
        await signOut(sessions, sessionId)
        auth.forget(sessionId)
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/me/sessions',
      summary: 'Signs out everywhere: on every device, this one too',
      access: 'viewer',
      handle: ({ principal }) => everywhere(staffOnly(principal).staffId),
    }),
    route({
      method: 'DELETE',
      path: '/api/staff/:id/sessions',
      summary: 'Signs a person out everywhere, as when they lost their phone',
      access: 'admin',
      params: z.object({ id: z.uuid() }),
      handle: async ({ params, principal }) => {
        const staffId = params.id as StaffId
        await everywhere(staffId)
        await hub.store.transact(tx =>
          hub.audit.record(tx, { by: principal, what: 'staff.signOut', target: `staff:${staffId}` }),
        )
      },
    }),
  ]
}

function shown({ accessToken, refreshToken, expiresAt }: Tokens): z.output<typeof TokenPair> {
  return { accessToken, refreshToken, expiresAt: expiresAt.toISOString() }
}
