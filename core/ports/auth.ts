import type { StaffId } from '../model/id.ts'
import type { Role } from '../model/role.ts'
import type { Tx } from './store.ts'

export type { Role } from '../model/role.ts'

/** Who asks: a signed-in person, or a program with an API key. */
export type Principal =
  /** `sessionId` names the sign-in that the token came from; the token itself ends at `expiresAt`. */
  | { kind: 'staff'; staffId: StaffId; role: Role; name: string; sessionId?: string; expiresAt?: Date }
  | { kind: 'key'; keyId: string; role: Role; name: string }

/** Tells who asks. */
export interface AuthPort {
  /** Who holds this bearer token (an access token or an API key); null when nobody does or it expired. */
  authenticate(bearer: string): Promise<Principal | null>
  /** Which of these sign-ins (by `sessionId`) and API keys (by `keyId`) are over, looked up now. Default: none is known to be. */
  ended?(tx: Tx, ids: readonly string[]): Promise<string[]>
}
