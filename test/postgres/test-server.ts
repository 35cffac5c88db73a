import { readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '@switchboard/core'
import { migrate } from '@switchboard/migrations/migrate'
import { startPostgres } from '@switchboard/postgres-embedded'
import { query, withDatabase } from './query.ts'

/** The environment variable that names the run's server to the tests: its address as superuser. */
export const serverVariable = 'SWITCHBOARD_TEST_POSTGRES'

/** The migrated database that the tests' own are copies of. */
export const template = 'test_template'

/** A server for tests. */
export interface TestServer {
  /** The superuser's address, on the database `postgres`. */
  url: string
  /** Stops it and removes everything it had. Safe to repeat. */
  stop(): Promise<void>
  /** The same at once and without waiting, for a process that is about to end. */
  abandon(): void
}

/** Starts a server in a temporary directory, with the migrated template on it. Nothing on it survives. */
export async function startTestServer(): Promise<TestServer> {
  const home = await mkdtemp(join(tmpdir(), 'switchboard-test-'))
  const dataDir = join(home, 'pg')
  const server = await startPostgres({ dataDir, log: quiet, durable: false })
  const url = withDatabase(server.url, 'postgres')
  const stop = async (): Promise<void> => {
    await server.stop({ force: true })
    await rm(home, { recursive: true, force: true })
  }
  await makeTemplate(url).catch(async error => {
    await stop()
    throw error
  })
  return { url, stop, abandon: () => abandon(home, dataDir) }
}

async function makeTemplate(url: string): Promise<void> {
  await query(url, `create database ${template}`)
  await migrate(withDatabase(url, template))
}

function abandon(home: string, dataDir: string): void {
  try {
    process.kill(Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT')
  } catch {
    // It is not running any more.
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 3 })
}

const nothing = (): void => {}

/** Tests have no use for the server's log lines. */
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet }
