import { randomUUID } from 'node:crypto'
import type { JobStore, Row } from './job-store.ts'

/** The jobs that this hub took: each is ours for as long as the store still has the lock that we wrote last. */
export interface Claims {
  /** Notes that a job was taken. @returns the claim's token */
  took(row: Row, lockedAt: Date): string
  /** Renews the lock. @returns false when somebody else has taken the job since: what we know of it is no longer true */
  renew(token: string, now: Date): Promise<boolean>
  drop(token: string): void
  /** Drops what was given back without having been begun. */
  dropRows(ids: readonly string[]): void
  count(): number
  /** Whether a job of this name is in hand. */
  holds(name: string): boolean
}

/** A job that was taken. */
interface Claim {
  row: Row
  /** What the lock may be by now: when the database went away in between, it is not known whether the last one was written. */
  locks: Date[]
  /** Renewals come one after the other. */
  last: Promise<unknown>
}

/** Keeps the claims of one hub on one store. */
export function makeClaims(store: JobStore): Claims {
  const claims = new Map<string, Claim>()
  const renew = async (claim: Claim, now: Date): Promise<boolean> => {
    const before = claim.locks
    claim.locks = [...before, now]
    if (!(await store.renew(claim.row, before, now))) return !(await store.repository.getJobById(claim.row.id))
    claim.locks = [now]
    return true
  }
  return {
    took: (row, lockedAt) => {
      const token = randomUUID()
      claims.set(token, { row, locks: [lockedAt], last: Promise.resolve() })
      return token
    },
    renew: (token, now) => {
      const claim = claims.get(token)
      if (!claim) return Promise.resolve(false)
      const renewed = claim.last.then(() => renew(claim, now))
      claim.last = renewed.catch(() => undefined)
      return renewed
    },
    drop: token => void claims.delete(token),
    dropRows: ids => {
      for (const [token, { row }] of claims) if (ids.includes(row.id)) claims.delete(token)
    },
    count: () => claims.size,
    holds: name => [...claims.values()].some(({ row }) => row.name === name),
  }
}
