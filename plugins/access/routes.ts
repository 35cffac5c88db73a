import { Forbidden, z, type Hub, type Principal } from '@switchboard/core'
import type { Authenticator } from './authenticate.ts'
import type { SessionNeeds } from './sessions.ts'

/** A role, as the API takes and shows it. */
export const RoleName = z.enum(['viewer', 'agent', 'manager', 'admin'])
/** A password somebody has: long enough for any passphrase, short enough that hashing it costs nothing extra. */
export const Password = z.string().min(1).max(200)
/** A password to be: NIST SP 800-63B asks for at least eight characters, and for no rules beyond that. */
export const NewPassword = z.string().min(8).max(200)
/** Whom a person signs in as. `admin@localhost` is one, so a dot is not asked for. */
export const Email = z.string().trim().min(3).max(254).includes('@')

/** What the routes work with. */
export interface Access {
  hub: Hub
  auth: Authenticator
  sessions: SessionNeeds
}

/** The signed-in person. @throws Forbidden for an API key */
export function staffOnly(principal: Principal | null): Extract<Principal, { kind: 'staff' }> {
  if (principal?.kind !== 'staff') throw new Forbidden('only a signed-in person can do this; an API key cannot')
  return principal
}
