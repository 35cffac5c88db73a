import { route, z, type Route } from '@switchboard/core'
import { Email, Password, staffOnly, type Access } from './routes.ts'
import { refresh, signIn, signOut, type Tokens } from './sessions.ts'

const TokenPair = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.string() })

/** Signing in, staying signed in, and signing out. */
export function sessionRoutes({ auth, sessions }: Access): Route[] {
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
  ]
}

function shown({ accessToken, refreshToken, expiresAt }: Tokens): z.output<typeof TokenPair> {
  return { accessToken, refreshToken, expiresAt: expiresAt.toISOString() }
}
