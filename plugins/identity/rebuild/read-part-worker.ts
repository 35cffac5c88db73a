import { parentPort, workerData } from 'node:worker_threads'
import { openPool } from '@switchboard/core/store'
import type { IdentityOptions } from '../settings.ts'
import { readPart, type Range } from './read-part.ts'

/** What the thread reads: some of the records of a moment that another connection holds. Plain values only. */
export interface PartCharge {
  url: string
  moment: string
  range: Range
  options: IdentityOptions
}

/* Reads and cleans a part of the records in a thread and on a connection of its own. What it found lies in memory that it hands over. */
if (parentPort) {
  const port = parentPort
  const { url, moment, range, options } = workerData as PartCharge
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
  const pool = openPool({ url, log, max: 1, statementTimeoutMs: 0 })
  const connection = await pool.connect()
  try {
    await connection.query(`begin isolation level repeatable read; set transaction snapshot '${moment}'`)
    port.postMessage(await readPart(connection, range, { options, evidence: [] }))
  } finally {
    connection.release(true)
    await pool.end()
  }
}
