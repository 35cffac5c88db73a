import { setTimeout as delay } from 'node:timers/promises'
import { HubError, type Log, messageOf } from '@switchboard/core'
import pg from 'pg'
import { superuser } from './cluster.ts'

/** The connection a hub holds for as long as it uses the server: it is how hubs that share one know of each other. */
export interface Keeper extends pg.Client {
  /** Lets the process wait for this connection again. Missing from the published types. */
  ref(): void
  /** Does not let this connection keep the process from ending. Missing from the published types. */
  unref(): void
}

/** Each hub holds this advisory lock shared; who gets it alone is the last. */
const hubsLock = 7_211_201

/** What Postgres calls such a connection. */
const keeperName = 'switchboard keeper'

/** The hub's database in a server of its own. */
export const database = 'switchboard'

/** The address of a database on a server here. */
export function urlOf(port: number, password: string, name: string): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${name}`
}

/** How long to wait for a server, in steps of 50 ms: replaying the log after a crash can take minutes. */
const stepsUntilReady = 6000

/**
 * Connects as soon as the server takes connections, and makes the hub's database when it is missing.
 * @param isAlive whether there is still a server to wait for
 * @returns null when the server went away meanwhile
 * @throws HubError when it answers but will not let us in
 */
export async function connectKeeper(url: string, isAlive: () => Promise<boolean>, log: Log): Promise<Keeper | null> {
  for (let step = 0; step < stepsUntilReady; step++) {
    const keeper = await join(url, log).catch(error => refused(error))
    if (keeper) return keeper
    if (!(await isAlive())) return null
    await delay(50)
  }
  throw new HubError('unavailable', 'Postgres did not become ready; its own log is server.log in the data directory')
}

async function join(url: string, log: Log): Promise<Keeper> {
  const keeper = new pg.Client({ connectionString: url, application_name: keeperName }) as Keeper
  keeper.on('error', error =>
    log.warn({ error: messageOf(error) }, 'lost the connection that keeps the database server'),
  )
  try {
    await keeper.connect()
    await keeper.query('select pg_advisory_lock_shared($1)', [hubsLock])
    await ensureDatabase(keeper)
    keeper.unref()
    return keeper
  } catch (error) {
    await keeper.end().catch(() => null)
    throw error
  }
}

/** A wrong password never becomes right by waiting; anything else is a server on its way up or down. */
function refused(error: { code?: string }): null {
  if (error.code !== '28P01' && error.code !== '28000') return null
  const message = 'the database in the data directory has another password than the .password file beside it'
  throw new HubError('unavailable', message, { cause: error })
}

async function ensureDatabase(keeper: Keeper): Promise<void> {
  const { rowCount } = await keeper.query('select from pg_database where datname = $1', [database])
  if (rowCount === 0) await keeper.query(`create database ${database}`).catch(ignoreDuplicate)
}

/** Two hubs that start at once may both try to make it; the slower one is told so in one of two ways. */
function ignoreDuplicate(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error
}

/**
 * Whether no other hub holds the lock and nobody else is connected. Connections that are just closing get a second to do so.
 * When the answer is yes, hubs that start from now on wait until the server is gone, and start it again.
 */
export async function isLast(keeper: Keeper): Promise<boolean> {
  keeper.ref()
  await keeper.query('select pg_advisory_unlock_shared($1)', [hubsLock])
  for (let step = 0; step < 20; step++) {
    const { rows } = await keeper.query<{ alone: boolean }>(
      `select pg_try_advisory_lock($1) and not exists (
        select from pg_stat_activity where backend_type = 'client backend' and application_name <> $2) as alone`,
      [hubsLock, keeperName],
    )
    if (rows[0]?.alone) return true
    await keeper.query('select pg_advisory_unlock_all()')
    await delay(50)
  }
  return false
}
