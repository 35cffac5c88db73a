import { MikroORM } from '@mikro-orm/postgresql'
import { PostgresDialect, sql, type DatabaseConnection, type Kysely, type RawBuilder } from 'kysely'
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
      const em = orm.em.fork()
      const kysely = kyselyOf(em)
      const run: Run = async query => (await query.execute(kysely)).rows as never
      const result = await work({ ...unitOfWork(em, { lasts: [], thens: [] }, run), ...hooks })
      answeredAt = performance.now()
      return result
    },
    transact: async work => {
      const hooks: Hooks = { lasts: [], thens: [] }
      const result = await orm.em.fork().transactional(async em => {
        const line = await straightLine(kyselyOf(em))
        try {
          const worked = await work(unitOfWork(em as typeof orm.em, hooks, line.run))
          for (const last of hooks.lasts) await last()
          return worked
        } finally {
          line.close()
        }
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

type Run = <Row>(query: RawBuilder<Row>) => Promise<Row[]>

function kyselyOf(em: Pick<MikroORM['em'], 'getKysely'>): Kysely<never> {
  return em.getKysely() as unknown as Kysely<never>
}

/** What Postgres says to whatever follows a statement that failed. */
const transactionFailed = '25P02'

/**
 * The way to a transaction's own connection. Kysely sends a statement only once the one before it was answered; here those that are given
 * together leave together, and are done in the order given. Once closed it takes nothing: what somebody did not wait for must not be done
 * outside the transaction.
 */
async function straightLine(transaction: Kysely<never>): Promise<{ run: Run; close(): void }> {
  let connection: DatabaseConnection | null = await transaction.getExecutor().provideConnection(async own => own)
  let failure: unknown
  return {
    run: async <Row>(query: RawBuilder<Row>) => {
      if (!connection) throw new Error('the transaction is over: everything it begins is to be waited for')
      try {
        return (await connection.executeQuery<Row>(query.compile(transaction))).rows
      } catch (error) {
        failure ??= error
        // What fails only because something before it failed tells nothing.
        throw (error as { code?: string }).code === transactionFailed ? failure : error
      }
    },
    close: () => void (connection = null),
  }
}

function unitOfWork(em: MikroORM['em'], { lasts, thens }: Hooks, run: Run): Tx {
  return {
    em,
    kysely: kyselyOf(em),
    run,
    sql: <Row>(text: TemplateStringsArray, ...values: readonly unknown[]) => run(sql<Row>(text, ...values)),
    beforeCommit: last => void lasts.push(last),
    afterCommit: then => void thens.push(then),
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres'
}
