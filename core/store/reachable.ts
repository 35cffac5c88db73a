import pg from 'pg'
import { HubError, messageOf } from '../model/errors.ts'
import { second } from '../model/time.ts'
import type { Log } from '../ports/kit.ts'

/**
 * Waits for the database, saying so every two seconds.
 * @throws HubError unavailable, with what to do, when it is not there within `forMs` (default 30 s)
 */
export async function whenReachable(url: string, log: Log, forMs = 30 * second): Promise<void> {
  const until = performance.now() + forMs
  for (;;) {
    const trouble = await probe(url)
    if (trouble === null) return
    if (performance.now() >= until)
      throw new HubError(
        'unavailable',
        `the database cannot be reached (${trouble}): is it running, and is DATABASE_URL right?`,
      )
    log.warn({ trouble }, 'waiting for the database')
    await new Promise(wake => setTimeout(wake, Math.min(2 * second, forMs)))
  }
}

async function probe(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return null
  } catch (error) {
    return messageOf(error) || (error as { code?: string }).code || 'no answer'
  } finally {
    await client.end().catch(() => undefined)
  }
}
