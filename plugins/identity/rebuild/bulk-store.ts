import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Tx } from '@switchboard/core'
import type { openPool } from '@switchboard/core/store'
import { Kysely, PostgresDialect, sql, type PostgresPool, type RawBuilder } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import type { Sheet } from '../sheets.ts'
import { linesOf } from './copy-lines.ts'

type Connect = ReturnType<typeof openPool>['connect']

/** A connection of its own. */
export type Connection = NonNullable<Parameters<Parameters<Connect>[0]>[1]>

/** Writes many rows at once. */
export interface Bulk {
  /** Whether none of the rows can be there already. */
  isNew: boolean
  write<Row>(sheet: Sheet<Row>, rows: readonly Row[]): Promise<void>
  /** Notes that records were read, in the state in which they were. */
  markRead(rows: readonly { id: string; revision: string }[]): Promise<void>
}

const readSheet: Sheet<{ id: string; revision: string }> = {
  table: 'source_record',
  columns: { id: ['uuid', row => row.id], revision: ['bigint', row => row.revision] },
  ...{ key: ['id'], changing: [] },
}

/** The statements of a transaction on a connection; whoever begins it also commits it. */
export function statementsOn(connection: Connection): Pick<Tx, 'sql' | 'run'> {
  const client = { query: connection.query.bind(connection), release() {} }
  const pool = { connect: () => Promise.resolve(client), end: () => Promise.resolve() } as unknown as PostgresPool
  const kysely = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  const run = async <Row>(query: RawBuilder<Row>): Promise<Row[]> => (await query.execute(kysely)).rows
  return {
    run,
    sql: <Row>(text: TemplateStringsArray, ...values: readonly unknown[]) => run(sql<Row>(text, ...values)),
  }
}

/** Rows go through COPY: into their table where all of them are new, else beside it, and from there over what is there. */
export function bulkOn(connection: Connection, isNew: () => boolean): Bulk {
  return {
    get isNew() {
      return isNew()
    },
    markRead: async rows => {
      if (rows.length === 0) return
      await connection.query(
        'create temp table if not exists read_record (id uuid, revision bigint) on commit delete rows',
      )
      await copied(connection, 'read_record', readSheet, rows)
      await connection.query(`delete from source_dirty where record_id in (
        select d.record_id from read_record read join source_dirty d on d.record_id = read.id and d.revision <= read.revision
        for update of d skip locked)`)
    },
    write: async (sheet, rows) => {
      if (rows.length === 0) return
      const { table, key, changing } = sheet
      const columns = Object.keys(sheet.columns).join(', ')
      if (isNew()) return copied(connection, table, sheet, rows)
      await connection.query(
        `create temp table if not exists put_${table} (like ${table} including defaults) on commit delete rows`,
      )
      await copied(connection, `put_${table}`, sheet, rows)
      const set = changing.map(column => `${column} = excluded.${column}`).join(', ')
      const also = set === '' ? 'nothing' : `update set ${set}`
      await connection.query(
        `insert into ${table} (${columns}) select ${columns} from put_${table} on conflict (${key.join(', ')}) do ${also}`,
      )
    },
  }
}

/** Sends rows into a table. */
async function copied<Row>(
  connection: Connection,
  into: string,
  sheet: Sheet<Row>,
  rows: readonly Row[],
): Promise<void> {
  await sendInto(connection, into, sheet, linesOf(sheet, rows))
}

/** Sends the lines of rows into a table. */
export async function sendInto(
  connection: Connection,
  into: string,
  sheet: { columns: object },
  lines: Iterable<Buffer | string>,
): Promise<void> {
  const columns = Object.keys(sheet.columns).join(', ')
  await pipeline(
    Readable.from(lines, { objectMode: false }),
    connection.query(copyFrom(`copy ${into} (${columns}) from stdin`)),
  )
}
