import type { StaffId } from '@switchboard/core'
import { jwtVerify, SignJWT } from 'jose'

/** Whom an access token is for, and the sign-in it came from. */
export interface Bearer {
  staffId: StaffId
  /** The family of refresh tokens since the sign-in. */
  sessionId: string
}

/** An access token that was read: whom it is for, and when it ends. */
export interface ReadToken extends Bearer {
  expiresAt: Date
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
export async function readAccessToken(token: string, secret: Uint8Array, now: Date): Promise<ReadToken | null> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: [algorithm], issuer, currentDate: now })
    const { sub, sid, exp } = payload
    if (typeof sub !== 'string' || typeof sid !== 'string' || exp === undefined) return null
    return { staffId: sub as StaffId, sessionId: sid, expiresAt: new Date(exp * 1000) }
  } catch {
    return null
  }
}
