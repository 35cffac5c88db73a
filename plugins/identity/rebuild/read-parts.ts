import type { Evidence } from '@switchboard/core'
import type { IdentityOptions } from '../settings.ts'
import type { Connection } from './bulk-store.ts'
import type { Helper } from './helper.ts'
import { readPart, type Part } from './read-part.ts'

/** Below so many records two threads are no faster than one. */
const worthTwo = 50_000

/** What is read, and how. */
export interface Reading {
  url: string
  options: IdentityOptions
  evidence: readonly Evidence[]
  /** Fewer records are read in this thread alone. */
  aloneBelow?: number
}

/**
 * Reads every living record in a transaction under way: where they are many, half of them in another thread. What plugins read is a
 * function, which no other thread can be handed.
 */
export async function readParts(connection: Connection, helper: Helper, reading: Reading): Promise<Part[]> {
  const all = { from: null, to: null }
  const middle = reading.evidence.length > 0 ? null : await middleOf(connection, reading.aloneBelow ?? worthTwo)
  if (middle === null) return [await readPart(connection, all, reading)]
  const { rows } = await connection.query('select pg_export_snapshot() as moment')
  const { url, options } = reading
  const later = helper.read({ url, options, moment: rows[0].moment, range: { from: middle, to: null } })
  // Should both fail, the first to fail says so.
  later.catch(() => {})
  const first = await readPart(connection, { from: null, to: middle }, reading)
  return [first, await later]
}

/** So many records are read while another thread starts, and at most so large a part of all is read without it. */
const headStart = 50_000
const largestPart = 0.75

/** The id up to which the first half is; null where they are few. */
async function middleOf(connection: Connection, least: number): Promise<string | null> {
  const { rows } = await connection.query('select count(*)::int as count from source_record')
  const { count } = rows[0] as { count: number }
  if (count < least) return null
  const middle = Math.floor(Math.min((count + headStart) / 2, count * largestPart))
  const found = await connection.query('select id from source_record order by id offset $1 limit 1', [middle])
  return (found.rows[0] as { id: string }).id
}
