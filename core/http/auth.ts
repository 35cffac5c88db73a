import { Forbidden, HubError } from '../model/errors.ts'
import { atLeast } from '../model/role.ts'
import type { AuthPort, Principal, Role } from '../ports/auth.ts'

/** The token in an `Authorization` header; null when there is none. */
export function bearerOf(header: string | undefined): string | null {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header ?? '')?.[1] ?? null
}

/**
 * Who asks, when they may; null on public routes, where nobody is asked.
 * @throws HubError unauthenticated without a valid token, Forbidden when the role is too low
 */
export async function admit(
  auth: AuthPort | null,
  header: string | undefined,
  access: Role | 'public',
): Promise<Principal | null> {
  if (access === 'public') return null
  if (!auth) throw new HubError('unauthenticated', 'nobody can sign in: no part that is on provides `auth`')
  const bearer = bearerOf(header)
  if (bearer === null)
    throw new HubError('unauthenticated', 'send an access token or an API key: Authorization: Bearer …')
  const principal = await auth.authenticate(bearer)
  if (!principal) throw new HubError('unauthenticated', 'the token is not valid any more: sign in again')
  if (!atLeast(principal.role, access)) throw new Forbidden(`this needs the role ${access}; yours is ${principal.role}`)
  return principal
}

/** One name for a principal, whatever its kind, such as `staff:0190…`. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'staff' ? `staff:${principal.staffId}` : `key:${principal.keyId}`
}
