import { openPool } from '@switchboard/core/store'
import { quiet } from '../test-records.ts'
import type { Connection } from './bulk-store.ts'

/** A connection of its own, until the test ends. */
export async function connect(test: { teardown(work: () => Promise<void>): void }, url: string): Promise<Connection> {
  const pool = openPool({ url, log: quiet, max: 1 })
  const connection = await pool.connect()
  test.teardown(async () => {
    connection.release(true)
    await pool.end()
  })
  return connection
}
