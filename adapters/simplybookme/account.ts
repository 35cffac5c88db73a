import { createHash } from 'node:crypto'
import { z, type AdapterKit } from '@switchboard/core'
import type { Booking } from './booking.ts'

/** A company at SimplyBook.me, and how it is asked. */
export interface Account {
  company: string
  userLogin: string
  userPassword: string
  restUrl: string
  rpcUrl: string
  /** The company's: the vendor writes all times in it, and does not say so. */
  timeZone: string
  pageSize: number
  kit: Pick<AdapterKit, 'http' | 'log' | 'now' | 'vault'>
}

/** What either API can be asked: one reading interface in front of both. */
export interface Bookings {
  /**
   * Every booking of a window, listing by listing, as they come. The last one has `whole`.
   * @throws VendorError, also when the bookings moved so much while they were read that none can be said to be missing
   */
  list(window: Window): AsyncIterable<Listing>
  /** One booking's row as the vendor has it now; null when it has none. */
  one(id: string): Promise<unknown>
  /** How a row of this API reads. */
  shape: z.ZodType<Booking>
  /** Asks something small that needs a token. @returns the vendor's clock; null where it does not tell the time */
  clock(): Promise<Date | null>
}

/** Which bookings are read: those that start on these days of the company's calendar. */
export interface Window {
  /** Everything there is to know; else only what is near. */
  isFull: boolean
  /** The day it is at the company. */
  today: string
  /** The first day. */
  from: string
  /** The day after the last. */
  to: string
}

/** Some rows of a window, as the vendor gave them. */
export interface Listing {
  rows: Row[]
  /** Before the request, so that a slow answer is never newer than a later one. */
  askedAt: Date
  /** How many bookings there are in all, where the vendor tells. */
  total: number | null
  /** With the last listing: the ids of all that was listed; no booking of the window was passed over. Else null. */
  whole: string[] | null
}

/** A row as it came. */
export interface Row {
  /** The booking's id; null where it cannot be found. */
  id: string | null
  /** The same for the same row. The vendor tells no time of change, so this tells whether a row seen twice has changed. */
  hash: string
  raw: unknown
}

const identified = z.object({ id: z.union([z.string(), z.number()]).transform(String) })

/** The row with its id and hash. */
export function rowOf(raw: unknown): Row {
  return {
    id: identified.safeParse(raw).data?.id ?? null,
    hash: createHash('sha256').update(JSON.stringify(raw)).digest('base64'),
    raw,
  }
}

/** What tells a row from others. */
export function keyOf({ id, hash }: Row): string {
  return id ?? hash
}
