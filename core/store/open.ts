import { MikroORM } from '@mikro-orm/postgresql'
import { PostgresDialect, sql, type Kysely, type RawBuilder } from 'kysely'
import pg from 'pg'
import type { Log } from '../ports/kit.ts'
import type { Store, Tx } from '../ports/store.ts'
import { coreEntities } from './entities.ts'

/** How to reach the database, and how much of it to use. */
export interface StoreSettings {
  url: string
  log: Log
  /** The parts' entities; the core's own are always there. */
  entities?: readonly object[]
  /** Connections at the most. Default 12, so that two generations of the hub fit into one database. */
  max?: number
  /** A statement that runs longer is cancelled. Default 30 s. */
  statementTimeoutMs?: number
}

/** An open store. */
export interface OpenStore extends Store {
  close(): Promise<void>
}

/** Makes a connection pool that survives a database restart: without the listener, one lost idle connection ends the process. */
export function openPool(settings: StoreSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.max ?? 12,
    application_name: 'switchboard',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: settings.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  pool.on('error', error => settings.log.warn({ error: error.message }, 'database connection lost'))
  return pool
}

/** Opens the database for reading and writing. Nothing is asked of it yet. */
export async function openStore(settings: StoreSettings): Promise<OpenStore> {
  const orm = await MikroORM.init({
    entities: [...coreEntities, ...(settings.entities ?? [])] as never[],
    dbName: databaseOf(settings.url),
    driverOptions: new PostgresDialect({ pool: openPool(settings) }),
    debug: false,
  })
  return {
    read: work =>
      work({ ...unitOfWork(orm.em.fork(), { lasts: [], thens: [] }), beforeCommit: noCommit, afterCommit: noCommit }),
    transact: async work => {
      const hooks: Hooks = { lasts: [], thens: [] }
      const result = await orm.em.fork().transactional(async em => {
        const worked = await work(unitOfWork(em as typeof orm.em, hooks))
        for (const last of hooks.lasts) await last()
        return worked
      })
      for (const then of hooks.thens) then()
      return result
    },
    close: () => orm.close(true),
  }
}

/** What waits for a commit would be lost where there is none. */
function noCommit(): never {
  throw new Error('nothing commits in read: publish and send in transact')
}

/** What is to be done at the end of a transaction, and after it. */
interface Hooks {
  lasts: (() => Promise<void>)[]
  thens: (() => void)[]
}

function unitOfWork(em: MikroORM['em'], { lasts, thens }: Hooks): Tx {
  const kysely = em.getKysely() as unknown as Kysely<never>
  const run = async <Row>(query: RawBuilder<Row>): Promise<Row[]> => (await query.execute(kysely)).rows
  return {
    em,
    kysely,
    run,
    sql: <Row>(text: TemplateStringsArray, ...values: readonly unknown[]) => run(sql<Row>(text, ...values)),
    beforeCommit: last => void lasts.push(last),
    afterCommit: then => void thens.push(then),
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres'
}
