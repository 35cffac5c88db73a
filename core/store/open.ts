import { MikroORM } from '@mikro-orm/postgresql'
import { PostgresDialect, sql, type Kysely, type RawBuilder } from 'kysely'
import pg from 'pg'
import type { Log } from '../ports/kit.ts'
import type { Store, Tx } from '../ports/store.ts'
import { coreEntities } from './entities.ts'
import { forgiving } from './forgiving.ts'
import { countStatements, prepareHot } from './prepared.ts'

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
  /** Whether a statement may leave before the one in front of it was answered. Not for COPY. Default false. */
  isPipelined?: boolean
}

/** An open store. */
export interface OpenStore extends Store {
  /** When it last did what it was asked to, on the clock of `performance.now()`; null before it did. */
  answeredAt(): number | null
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
    ...(settings.isPipelined && { pipeline: true }),
  })
  const statements = countStatements()
  pool.on('connect', client => prepareHot(client, statements, settings.isPipelined === true))
  pool.on('error', error => settings.log.warn({ error: error.message }, 'database connection lost'))
  // One that is lost while it is in use, between two statements: the next statement fails, and the process must not.
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}

/** Opens the database for reading and writing. Nothing is asked of it yet. */
export async function openStore(settings: StoreSettings): Promise<OpenStore> {
  const orm = await MikroORM.init({
    entities: [...coreEntities, ...(settings.entities ?? [])] as never[],
    dbName: databaseOf(settings.url),
    driverOptions: forgiving(new PostgresDialect({ pool: openPool({ ...settings, isPipelined: true }) })),
    debug: false,
  })
  let answeredAt: number | null = null
  return {
    answeredAt: () => answeredAt,
    read: async work => {
      const hooks = { beforeCommit: noCommit, afterCommit: noCommit }
      const result = await work({ ...unitOfWork(orm.em.fork(), { lasts: [], thens: [] }), ...hooks })
      answeredAt = performance.now()
      return result
    },
    transact: async work => {
      const hooks: Hooks = { lasts: [], thens: [] }
      const result = await orm.em.fork().transactional(async em => {
        const worked = await work(unitOfWork(em as typeof orm.em, hooks))
        for (const last of hooks.lasts) await last()
        return worked
      })
      answeredAt = performance.now()
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
