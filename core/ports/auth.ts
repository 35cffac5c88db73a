import type { StaffId } from '../model/id.ts'
import type { Role } from '../model/role.ts'

export type { Role } from '../model/role.ts'

/** Who asks: a signed-in person, or a program with an API key. */
export type Principal =
  /** `sessionId` names the sign-in that the token came from. */
  | { kind: 'staff'; staffId: StaffId; role: Role; name: string; sessionId?: string }
  | { kind: 'key'; keyId: string; role: Role; name: string }

/** Tells who asks. */
export interface AuthPort {
  /** Who holds this bearer token (an access token or an API key); null when nobody does or it expired. */
  authenticate(bearer: string): Promise<Principal | null>
}
