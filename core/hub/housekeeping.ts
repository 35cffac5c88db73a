import { sql } from 'kysely'
import { messageOf } from '../model/errors.ts'
import { after, day, hour } from '../model/time.ts'
import { purgeIdempotencyKeys } from '../http/idempotency.ts'
import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import { forgetRuns } from '../store/jobs.ts'

/** How long the history of jobs goes back. */
const runsKeptFor = 30 * day

/** How long what is done is kept: deliveries for replay and for telling a late repetition, commands and events for looking back. */
const keptFor = { inbox: 30 * day, outbox: 7 * day } as const

/** Deletes what has been done long ago. @returns how many rows went */
export async function keepHouse(store: Store, now: Date): Promise<number> {
  let gone = (await purgeIdempotencyKeys(store, now)) + (await forgetRuns(store, after(now, -runsKeptFor)))
  for (const [table, ms] of Object.entries(keptFor)) {
    const rows = await store.transact(
      tx => tx.sql<{ id: string }>`
        delete from ${sql.table(table)} where id in (
          select id from ${sql.table(table)} where done_at < ${after(now, -ms)} limit 10000) returning id`,
    )
    gone += rows.length
  }
  return gone
}

/** Keeps house at once and every hour. @returns a function that ends it */
export function startHousekeeping({ store, log, now }: { store: Store; log: Log; now(): Date }): () => void {
  const round = (): void => {
    keepHouse(store, now()).then(
      rows => rows > 0 && log.info({ rows }, 'old rows deleted'),
      (error: unknown) => log.warn({ error: messageOf(error) }, 'old rows could not be deleted'),
    )
  }
  round()
  const timer = setInterval(round, hour)
  return () => clearInterval(timer)
}
