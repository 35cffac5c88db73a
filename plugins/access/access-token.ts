import type { StaffId } from '@switchboard/core'
import { jwtVerify, SignJWT } from 'jose'

/** Whom an access token is for, and the sign-in it came from. */
export interface Bearer {
  staffId: StaffId
  /** The family of refresh tokens since the sign-in. */
  sessionId: string
}

const issuer = 'switchboard'
const algorithm = 'HS256'

/** An access token: a JWT that is good until `expiresAt`. It carries no role; that is looked up, so that it can change. */
export function signAccessToken(
  { staffId, sessionId }: Bearer,
  secret: Uint8Array,
  now: Date,
  expiresAt: Date,
): Promise<string> {
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(issuer)
    .setSubject(staffId)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .sign(secret)
}

/** Whom a token is for; null when it is none of ours, was changed, or is over. */
export async function readAccessToken(token: string, secret: Uint8Array, now: Date): Promise<Bearer | null> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: [algorithm], issuer, currentDate: now })
    if (typeof payload.sub !== 'string' || typeof payload.sid !== 'string') return null
    return { staffId: payload.sub as StaffId, sessionId: payload.sid }
  } catch {
    return null
  }
}
