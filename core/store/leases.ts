import { after } from '../model/time.ts'
import type { Store, Tx } from '../ports/store.ts'

/** The right to do something only one may do at a time, until it ends or is let go. */
export interface Hold {
  name: string
  /** Rises each time the lease changes hands: a writer with an older number is refused. */
  fence: string
}

/** Whose lease, from when, for how long. */
export interface LeaseWish {
  name: string
  holder: string
  now: Date
  ms: number
}

/** Takes a lease, when nobody holds it. @returns null when somebody does */
export async function takeLease(store: Store, { name, holder, now, ms }: LeaseWish): Promise<Hold | null> {
  const rows = await store.transact(
    tx => tx.sql<{ fence: string }>`
      insert into lease (name, holder, fence, held_until) values (${name}, ${holder}, 1, ${after(now, ms)})
      on conflict (name) do update set holder = excluded.holder, fence = lease.fence + 1, held_until = excluded.held_until
      where lease.held_until < ${now} returning fence`,
  )
  return rows[0] ? { name, fence: rows[0].fence } : null
}

/**
 * Keeps a lease for another `ms`, in the transaction that does the work it guards. One that ended meanwhile is still ours while nobody took it.
 * @returns false when it has passed to somebody else: the work must stop and roll back
 */
export async function keepLease(tx: Tx, hold: Hold, now: Date, ms: number): Promise<boolean> {
  const rows = await tx.sql<{ name: string }>`update lease set held_until = ${after(now, ms)}
    where name = ${hold.name} and fence = ${hold.fence} returning name`
  return rows.length === 1
}

/** Lets a lease go, if it is still ours. */
export async function dropLease(store: Store, hold: Hold, now: Date): Promise<void> {
  await store.transact(
    tx => tx.sql`update lease set held_until = ${after(now, -1)} where name = ${hold.name} and fence = ${hold.fence}`,
  )
}
