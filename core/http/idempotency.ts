import { createHash } from 'node:crypto'
import { HubError, messageOf } from '../model/errors.ts'
import { after, day, minute } from '../model/time.ts'
import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'

/** A request that is to act once, however often it is sent. */
export interface OnceRequest {
  /** Whose key it is. */
  principal: string
  /** The `Idempotency-Key`, as sent. */
  key: string
  /** What the request asks for: the same key may not ask for something else. */
  fingerprint: string
}

/** An answer as it is kept. `body` is JSON text; null when there is none. */
export interface KeptAnswer {
  status: number
  body: string | null
}

/** A request that has not been answered for so long was lost with its process: another may take its key. */
const abandonedAfterMs = 5 * minute

/** What tells two requests apart: method, address and the raw body. */
export function fingerprintOf(method: string, url: string, body: Buffer): string {
  return createHash('sha256').update(`${method} ${url}\n`).update(body).digest('hex')
}

/**
 * Answers a request once and keeps the answer for 24 h. A request that failed changed nothing, and leaves its key free.
 * @throws HubError bad_request for a strange key; idempotency_conflict when the key was used for something else, or its request is still under way
 */
export async function answerOnce(
  { store, log, now }: { store: Store; log: Log; now: Date },
  request: OnceRequest,
  answer: () => Promise<KeptAnswer>,
): Promise<KeptAnswer & { isReplayed: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key))
    throw new HubError('bad_request', 'Idempotency-Key takes 1 to 255 visible ASCII characters', {
      at: 'idempotency-key',
    })
  const kept = await claim(store, request, now)
  if (kept) return { ...kept, isReplayed: true }
  try {
    const fresh = await answer()
    await keep(store, request, now, fresh).catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'answer could not be kept under its idempotency key'),
    )
    return { ...fresh, isReplayed: false }
  } catch (error) {
    await release(store, request, now)
    throw error
  }
}

/** Takes the key, or gives the answer that is kept under it. */
async function claim(store: Store, request: OnceRequest, now: Date): Promise<KeptAnswer | null> {
  const { principal, key, fingerprint } = request
  const claimed = await store.read(
    tx => tx.sql`
      insert into idempotency_key as held (principal, key, fingerprint, made_at)
      values (${principal}, ${key}, ${fingerprint}, ${now})
      on conflict (principal, key) do update
        set fingerprint = excluded.fingerprint, status = null, body = null, made_at = excluded.made_at
        where held.made_at < ${after(now, -day)}
          or (held.status is null and held.made_at < ${after(now, -abandonedAfterMs)})
      returning 1`,
  )
  return claimed.length > 0 ? null : keptAnswer(store, request)
}

async function keptAnswer(store: Store, { principal, key, fingerprint }: OnceRequest): Promise<KeptAnswer> {
  const rows = await store.read(
    tx => tx.sql<{ fingerprint: string; status: number | null; body: string | null }>`
      select fingerprint, status, body from idempotency_key where principal = ${principal} and key = ${key}`,
  )
  const row = rows[0]
  if (row && row.fingerprint !== fingerprint)
    throw new HubError('idempotency_conflict', 'this Idempotency-Key was used for another request: take a new one')
  if (!row || row.status === null)
    throw new HubError('idempotency_conflict', 'the request with this Idempotency-Key is under way: ask again soon')
  return { status: row.status, body: row.body }
}

async function keep(store: Store, { principal, key }: OnceRequest, claimedAt: Date, answer: KeptAnswer): Promise<void> {
  await store.read(
    tx => tx.sql`
      update idempotency_key set status = ${answer.status}, body = ${answer.body}
      where principal = ${principal} and key = ${key} and made_at = ${claimedAt}`,
  )
}

async function release(store: Store, { principal, key }: OnceRequest, claimedAt: Date): Promise<void> {
  await store.read(
    tx => tx.sql`
      delete from idempotency_key where principal = ${principal} and key = ${key} and made_at = ${claimedAt}`,
  )
}

/** Forgets answers older than 24 h. @returns how many */
export async function purgeIdempotencyKeys(store: Store, now: Date): Promise<number> {
  const gone = await store.read(
    tx => tx.sql`delete from idempotency_key where made_at < ${after(now, -day)} returning 1`,
  )
  return gone.length
}
