import {
  after,
  day,
  HubError,
  minute,
  newId,
  type Roster,
  type Staff,
  type StaffId,
  type Store,
  type Tx,
} from '@switchboard/core'
import { signAccessToken } from './access-token.ts'
import { isPassword } from './password.ts'
import {
  deleteExpired,
  insertSession,
  lockSession,
  markRotated,
  passwordHashOf,
  revokeFamily,
  type SessionRow,
} from './store.ts'
import { admitAttempt, forgetAttempts, subjectOf } from './throttle.ts'
import { hashToken, isToken, newToken } from './token.ts'

/** What signing in needs. */
export interface SessionNeeds {
  store: Store
  now(): Date
  roster(): Roster
  secret(): Promise<Uint8Array>
  accessMinutes: number
  refreshDays: number
}

/** What whoever signed in is given. */
export interface Tokens {
  /** Sent as `Authorization: Bearer …`. */
  accessToken: string
  /** Good once, for the next pair of tokens. */
  refreshToken: string
  /** When the access token ends. */
  expiresAt: Date
}

/**
 * Signs a person in.
 * @param from the network address of whoever asks
 * @throws HubError unauthenticated, the same for an unknown email and a wrong password; too_many_requests
 */
export async function signIn(
  needs: SessionNeeds,
  { email, password, from }: { email: string; password: string; from: string },
): Promise<Tokens> {
  const { store, now } = needs
  const subject = subjectOf(email.trim().toLowerCase(), from)
  await admitAttempt(store, subject, now())
  const person = await provePassword(needs, email, password)
  const family = newId<'session'>()
  const refreshToken = await store.transact(async tx => {
    await forgetAttempts(tx, subject)
    await deleteExpired(tx, now())
    return addSession(tx, needs, { family, staffId: person.id })
  })
  return tokensOf(needs, { family, staffId: person.id }, refreshToken)
}

/** The active person with this email and password. @throws HubError unauthenticated */
export async function provePassword(needs: SessionNeeds, email: string, password: string): Promise<Staff> {
  const { person, passwordHash } = await needs.store.read(async tx => {
    const person = await needs.roster().find(tx, { email })
    return { person, passwordHash: person && (await passwordHashOf(tx, person.id)) }
  })
  const isRight = await isPassword(passwordHash, password)
  if (!isRight || !person?.isActive) throw new HubError('unauthenticated', 'the email or the password is wrong')
  return person
}

/**
 * Exchanges a refresh token for the next pair of tokens. A token that was exchanged before is known to two parties,
 * so it ends the whole sign-in.
 * @throws HubError unauthenticated
 */
export async function refresh(needs: SessionNeeds, refreshToken: string): Promise<Tokens> {
  const next = isToken('refresh', refreshToken) ? await exchange(needs, refreshToken) : null
  if (!next) throw new HubError('unauthenticated', 'this sign-in is over: sign in again')
  return tokensOf(needs, next.session, next.refreshToken)
}

/** Ends a sign-in. */
export async function signOut({ store, now }: SessionNeeds, sessionId: string): Promise<void> {
  await store.transact(tx => revokeFamily(tx, sessionId, now()))
}

interface Whose {
  family: string
  staffId: StaffId
}

/** Commits also when it refuses: the end of a sign-in must be written down. */
function exchange(needs: SessionNeeds, refreshToken: string): Promise<{ session: Whose; refreshToken: string } | null> {
  const { store, now, roster } = needs
  return store.transact(async tx => {
    const session = await lockSession(tx, hashToken(refreshToken))
    if (!session || isOver(session, now())) return null
    const person = await roster().find(tx, { id: session.staffId })
    if (session.rotatedAt || !person?.isActive) {
      await revokeFamily(tx, session.family, now())
      return null
    }
    await markRotated(tx, session.id, now())
    return { session, refreshToken: await addSession(tx, needs, session) }
  })
}

function isOver({ revokedAt, expiresAt }: SessionRow, now: Date): boolean {
  return revokedAt !== null || expiresAt <= now
}

async function addSession(tx: Tx, { now, refreshDays }: SessionNeeds, { family, staffId }: Whose): Promise<string> {
  const token = newToken('refresh')
  const expiresAt = after(now(), refreshDays * day)
  await insertSession(tx, { family, staffId, tokenHash: hashToken(token), expiresAt }, now())
  return token
}

async function tokensOf(needs: SessionNeeds, { family, staffId }: Whose, refreshToken: string): Promise<Tokens> {
  const now = needs.now()
  const expiresAt = after(now, needs.accessMinutes * minute)
  const bearer = { staffId, sessionId: family }
  return { accessToken: await signAccessToken(bearer, await needs.secret(), now, expiresAt), refreshToken, expiresAt }
}
