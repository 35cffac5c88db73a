import { HubError } from '../model/errors.ts'
import { mustBeAllowed, type Access, type Asker } from '../model/permission.ts'
import type { AuthPort, Principal } from '../ports/auth.ts'

/** The token in an `Authorization` header; null when there is none. */
export function bearerOf(header: string | undefined): string | null {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header ?? '')?.[1] ?? null
}

/**
 * Who asks, when they may; null on public routes, where nobody is asked.
 * @throws HubError unauthenticated without a valid token, Forbidden when it is not allowed them
 */
export async function admit(
  auth: AuthPort | null,
  header: string | undefined,
  access: Access | 'public',
): Promise<Principal | null> {
  if (access === 'public') return null
  if (!auth) throw new HubError('unauthenticated', 'nobody can sign in: no part that is on provides `auth`')
  const bearer = bearerOf(header)
  if (bearer === null)
    throw new HubError('unauthenticated', 'send an access token or an API key: Authorization: Bearer …')
  const principal = await auth.authenticate(bearer)
  if (!principal) throw new HubError('unauthenticated', 'the token is not valid any more: sign in again')
  mustBeAllowed(askerOf(principal), access)
  return principal
}

/** A principal as whoever wants something. */
export function askerOf(principal: Principal): Asker {
  return { role: principal.role, staffId: principal.kind === 'staff' ? principal.staffId : null }
}

/** One name for a principal, whatever its kind, such as `staff:0190…`. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'staff' ? `staff:${principal.staffId}` : `key:${principal.keyId}`
}
