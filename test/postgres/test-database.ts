import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { query, withDatabase } from './query.ts'
import { serverVariable, startTestServer, template, type TestServer } from './test-server.ts'

/** What a database needs of a tap test. */
export interface TestLike {
  teardown(work: () => Promise<void>): unknown
}

/**
 * A fresh, migrated database, dropped when the test ends. It is on the run's server; a file that is run alone starts one for itself.
 * @example const { url } = await testDatabase(t)
 */
export async function testDatabase(t: TestLike): Promise<{ url: string }> {
  return copyOf(template, t)
}

/** A database with nothing in it, for tests of the migrations themselves. */
export async function emptyDatabase(t: TestLike): Promise<{ url: string }> {
  return copyOf('template0', t)
}

async function copyOf(original: string, t: TestLike): Promise<{ url: string }> {
  const server = process.env[serverVariable] ?? (await ownServer()).url
  const name = `test_${randomBytes(8).toString('hex')}`
  await whenFree(() => query(server, `create database ${name} template ${original}`))
  t.teardown(() => query(server, `drop database if exists ${name} with (force)`))
  return { url: withDatabase(server, name) }
}

/** Postgres copies a database only while nobody is connected to it, and another copying is somebody. */
async function whenFree(copy: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await copy()
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 200) throw error
      await delay(50)
    }
  }
}

/** One server for this process, started when first asked for. */
const ownServer = once(async (): Promise<TestServer> => {
  const server = await startTestServer()
  let isStopped = false
  const stop = async (): Promise<void> => {
    await server.stop()
    isStopped = true
  }
  process.once('beforeExit', () => void stop())
  process.once('exit', () => isStopped || server.abandon())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
  return server
})

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
