import { getCreateIndexesSQL, getCreateTableSQL, PostgresJobRepository } from '@agendajs/postgres-backend'
import { second, type Log } from '@switchboard/core'
import pg from 'pg'
import { abandoned, type JobStore } from './job-store.ts'

/** Where Agenda's table is: a schema of its own, so that the hub's migrations neither see nor touch it. */
const schema = 'agenda'
const table = 'agenda_jobs'
/** Hubs that start at the same time take turns at making the table; the number only has to differ from other locks of this kind. */
const schemaLock = 7_211_700
const uniqueViolation = '23505'

/** Keeps jobs in Postgres, over a pool of its own. @throws when the database cannot be reached */
export async function openPostgres(url: string, log: Log): Promise<JobStore> {
  const pool = openPool(url, log)
  try {
    await inTransaction(pool, makeTable)
  } catch (error) {
    await pool.end()
    throw error
  }
  return {
    repository: new PostgresJobRepository({ pool, tableName: table, ensureSchema: false }),
    astir: async now => {
      const { rows } = await pool.query<{ name: string }>(
        `select name from ${table} where next_run_at <= $1 and locked_at is null and not disabled
         union select name from ${table} where locked_at is not null`,
        [now],
      )
      return new Set(rows.map(({ name }) => name))
    },
    put: job => inTransaction(pool, client => replace(client, job)),
    renew: async ({ id }, held, now) => {
      const { rowCount } = await pool.query(
        `update ${table} set locked_at = $3 where id = $1 and locked_at = any($2::timestamptz[])`,
        [id, held, now],
      )
      return rowCount === 1
    },
    finish: async ({ id, name }, result) => {
      await pool.query(`update ${table} set data = jsonb_set(data, '{result}', $2) where id = $1`, [
        id,
        JSON.stringify(result),
      ])
      await pool.query(
        `delete from ${table} where name = $1 and id <> $2 and type = 'normal' and next_run_at is null and locked_at is null`,
        [name, id],
      )
    },
    takeBack: async (name, deadline, now) => {
      const { rowCount } = await pool.query(
        `update ${table} set locked_at = null, next_run_at = $3, failed_at = $3, last_finished_at = $3, fail_reason = $4
         where name = $1 and locked_at <= $2`,
        [name, deadline, now, abandoned],
      )
      return rowCount ?? 0
    },
    giveBack: async ({ id }) => {
      await pool.query(`update ${table} set locked_at = null where id = $1`, [id])
    },
    isTaken: error => (error as { code?: string }).code === uniqueViolation,
    close: () => pool.end(),
  }
}

/** Without the listener, one lost idle connection would end the process. */
function openPool(url: string, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 3,
    application_name: 'switchboard-jobs',
    connectionTimeoutMillis: 5 * second,
    statement_timeout: 30 * second,
    keepAlive: true,
    options: `-c search_path=${schema}`,
  })
  pool.on('error', error => log.warn({ error: error.message }, 'database connection of the jobs lost'))
  return pool
}

async function makeTable(client: pg.PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [schemaLock])
  await client.query(`create schema if not exists ${schema}`)
  for (const statement of [getCreateTableSQL(table), ...getCreateIndexesSQL(table)]) await client.query(statement)
  await client.query(
    `create unique index if not exists ${table}_one_at_a_time on ${table} (name) where locked_at is not null`,
  )
}

/** Agenda's own `unique` looks first and inserts then, which two callers can do at once; and it would change a job that is being run. */
async function replace(client: pg.PoolClient, { name, key, kept, at }: Parameters<JobStore['put']>[0]): Promise<void> {
  const data = JSON.stringify(kept)
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${name}/${key}`])
  const { rowCount } = await client.query(
    `update ${table} set data = $3, next_run_at = $4, fail_count = null
     where name = $1 and data->>'key' = $2 and next_run_at is not null and locked_at is null`,
    [name, key, data, at],
  )
  if (rowCount) return
  await client.query(`insert into ${table} (name, type, data, next_run_at) values ($1, 'normal', $2, $3)`, [
    name,
    data,
    at,
  ])
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } catch (error) {
    isBroken = true
    throw error
  } finally {
    client.release(isBroken)
  }
}
