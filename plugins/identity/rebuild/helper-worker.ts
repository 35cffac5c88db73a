import { parentPort } from 'node:worker_threads'
import { openPool } from '@switchboard/core/store'
import type { Connection } from './bulk-store.ts'
import { readElsewhere, type PartCharge } from './read-part.ts'
import { writeElsewhere, type NewCharge } from './write-new.ts'

/** What the thread is sent to do. Plain values only. */
export type Errand = { read: PartCharge } | { write: NewCharge }

/* Does a part of a rebuild in a thread and on a connection of its own. What it made lies in memory that it hands over. */
if (parentPort) {
  const port = parentPort
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
  port.on('message', (errand: Errand) => {
    // What fails ends the thread, and is told as its error.
    void run(errand).then(made => port.postMessage(made))
  })
  const run = async (errand: Errand): Promise<unknown> => {
    const { url } = 'read' in errand ? errand.read : errand.write
    const pool = openPool({ url, log, max: 1, statementTimeoutMs: 0 })
    const connection: Connection = await pool.connect()
    try {
      return await ('read' in errand
        ? readElsewhere(connection, errand.read)
        : writeElsewhere(connection, errand.write))
    } finally {
      connection.release(true)
      await pool.end()
    }
  }
}
