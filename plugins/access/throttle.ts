import { createHash } from 'node:crypto'
import { after, day, hour, HubError, minute, second, type Store, type Tx } from '@switchboard/core'

/** Attempts that may go wrong before one has to wait. */
const free = 5
const longestMs = 15 * minute
/** Failures so long ago do not count. */
const forgottenAfterMs = hour

/** How long to wait after so many failures in a row: nothing for the first five, then 1 s, doubling up to 15 minutes. */
export function pauseAfter(failures: number): number {
  return failures < free ? 0 : Math.min(second * 2 ** (failures - free), longestMs)
}

/** What is counted: attempts for one email from one address. Others can still sign in, and so can the same person from elsewhere. */
export function subjectOf(email: string, address: string): string {
  return createHash('sha256')
    .update(JSON.stringify([email, address]))
    .digest('hex')
}

/**
 * Counts an attempt before it is known how it ends, so that many at once do not slip through.
 * @throws HubError too_many_requests when it is too soon; that attempt does not count
 */
export async function admitAttempt(store: Store, subject: string, now: Date): Promise<void> {
  const waitMs = await store.transact(tx => countAttempt(tx, subject, now))
  if (waitMs === 0) return
  const words = `too many attempts to sign in: try again in ${Math.ceil(waitMs / second)} s`
  throw new HubError('too_many_requests', words)
}

/** Forgets the attempts: the password was right. */
export async function forgetAttempts(tx: Tx, subject: string): Promise<void> {
  await tx.sql`delete from sign_in_failure where subject = ${subject}`
}

async function countAttempt(tx: Tx, subject: string, now: Date): Promise<number> {
  await tx.sql`insert into sign_in_failure (subject, failures, blocked_until, failed_at)
    values (${subject}, 0, ${now}, ${now}) on conflict (subject) do nothing`
  const [row] = await tx.sql<{ failures: number; blockedUntil: Date; failedAt: Date }>`
    select failures, blocked_until as "blockedUntil", failed_at as "failedAt" from sign_in_failure
    where subject = ${subject} for update`
  if (!row) return second
  if (row.blockedUntil > now) return row.blockedUntil.getTime() - now.getTime()
  const failures = row.failedAt < after(now, -forgottenAfterMs) ? 1 : row.failures + 1
  await tx.sql`update sign_in_failure set failures = ${failures}, blocked_until = ${after(now, pauseAfter(failures))},
    failed_at = ${now} where subject = ${subject}`
  await tx.sql`delete from sign_in_failure where failed_at < ${after(now, -day)} and subject <> ${subject}`
  return 0
}
