import type { OpenSheet, Sheet } from '../sheets.ts'
import {
  candidateSheet,
  edgeSheet,
  keySheet,
  memberSheet,
  profileSheet,
  refusalSheet,
  relationSheet,
} from '../sheets.ts'
import { searched } from '../change-store.ts'
import { linesOf, sendInto, type Bulk, type Connection } from './bulk-store.ts'

/** Writes into tables beside the real ones, on one connection. */
export interface Staging extends Pick<Bulk, 'write'> {
  /** Waits until all of it is written. @throws what went wrong */
  end(): Promise<void>
}

/**
 * The tables beside the real ones, which are filled first and have their indexes built then: an index that grows row by row takes
 * the longer. By whom their indexes are built: both connections have about as much to do.
 */
const lanes: readonly (readonly OpenSheet[])[] = [
  [candidateSheet, memberSheet, refusalSheet],
  [keySheet, profileSheet, edgeSheet, relationSheet],
]
const staged = lanes.flat().map(({ table }) => table)
/** Rows of a table are sent when they fill so many bytes, and so many pages of them wait before more rows are made. */
const pageBytes = 1 << 20
const mostSending = 16
/** A letter takes at most so many bytes. */
const widest = 3

/** Removes what a rebuild left that was ended. */
export async function dropStage(connection: Pick<Connection, 'query'>): Promise<void> {
  await connection.query(`set client_min_messages = warning; drop table if exists ${staged.map(stageOf).join(', ')}`)
}

/** Makes the tables. */
export async function makeStage(connection: Connection): Promise<void> {
  await dropStage(connection)
  for (const table of staged)
    await connection.query(`create table ${stageOf(table)} (like ${table} including all excluding indexes)`)
}

/** Writes into the tables that were made. */
export async function stagingOn(connection: Connection): Promise<Staging> {
  await connection.query('set synchronous_commit = off')
  const pages = new Map<string, Page>()
  const idle: Buffer[] = []
  /** What is being sent, the oldest first. */
  const sending: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  const send = ({ sheet, bytes, used }: Page): void => {
    pages.delete(sheet.table)
    last = last.then(() => sendInto(connection, stageOf(sheet.table), sheet, [bytes.subarray(0, used)]))
    // Memory that was sent is written again: to give it back and ask for more would keep the garbage collector busy.
    const sent = last.then(() => void (idle.push(bytes), sending.shift()))
    sending.push(sent)
    sent.catch(() => {})
  }
  const pageFor = async (sheet: Page['sheet'], letters: number): Promise<Page> => {
    const full = pages.get(sheet.table)
    if (full && full.bytes.length - full.used >= letters * widest) return full
    if (full) send(full)
    while (sending.length > mostSending) await sending[0]
    const page = { sheet, bytes: idle.pop() ?? Buffer.allocUnsafeSlow(pageBytes), used: 0 }
    if (page.bytes.length < letters * widest) page.bytes = Buffer.allocUnsafeSlow(letters * widest)
    pages.set(sheet.table, page)
    return page
  }
  return {
    write: async <Row>(sheet: Sheet<Row>, rows: readonly Row[]) => {
      for (const lines of linesOf(sheet, rows)) {
        const page = await pageFor(sheet, lines.length)
        page.used += page.bytes.write(lines, page.used)
      }
    },
    end: async () => {
      for (const page of pages.values()) send(page)
      await last
    },
  }
}

/** Rows of a table that are to be sent together. */
interface Page {
  sheet: OpenSheet & { columns: object }
  bytes: Buffer
  used: number
}

/** Builds what the tables are found by, half of it on each connection. */
export async function buildStage(connections: readonly Connection[]): Promise<void> {
  await Promise.all(
    connections.map(async (connection, at) => {
      await connection.query(
        `set synchronous_commit = off; set maintenance_work_mem = '128MB'; set max_parallel_maintenance_workers = 0`,
      )
      for (const { table } of lanes[at] ?? []) await buildIndexes(connection, table)
    }),
  )
}

function stageOf(table: string): string {
  return `new_${table}`
}

interface Index {
  name: string
  definition: string
  isPrimary: boolean
}

/** The indexes of a table, as they would be of another. */
function indexesOf(table: string): string {
  return `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition, i.indisprimary as "isPrimary"
    from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = '${table}'::regclass order by c.relname`
}

async function buildIndexes(connection: Connection, table: string): Promise<void> {
  const { rows } = (await connection.query(indexesOf(table))) as { rows: Index[] }
  for (const { name, definition, isPrimary } of rows) {
    await connection.query(definition.replace(/ INDEX \S+ ON \S+ /, ` INDEX ${stageOf(name)} ON ${stageOf(table)} `))
    if (isPrimary)
      await connection.query(
        `alter table ${stageOf(table)} add constraint ${stageOf(name)} primary key using index ${stageOf(name)}`,
      )
  }
  await connection.query(`analyze ${stageOf(table)} (${searched[table]!.join(', ')})`)
}

/** Puts the tables in the place of the empty ones, in the transaction under way. @throws when these are read for too long */
export async function swapStage(connection: Connection): Promise<void> {
  for (const table of staged) await copyGrants(connection, table)
  await lockedSoon(connection)
  for (const table of staged) {
    const { rows } = await connection.query(indexesOf(stageOf(table)))
    await connection.query(`drop table ${table}; alter table ${stageOf(table)} rename to ${table}`)
    for (const { name } of rows as Index[])
      await connection.query(`alter index ${name} rename to ${name.slice(stageOf('').length)}`)
  }
}

/** Whoever may read the table that goes may read the one that comes. */
async function copyGrants(connection: Connection, table: string): Promise<void> {
  const { rows } = await connection.query(
    `select format('grant %s on %s to %I', string_agg(privilege_type, ', '), $2::text, grantee) as statement
      from information_schema.role_table_grants
      where table_schema = current_schema() and table_name = $1 and grantee <> current_user group by grantee`,
    [table, stageOf(table)],
  )
  for (const { statement } of rows as { statement: string }[]) await connection.query(statement)
}

/** Readers are waited for a moment at a time, so that those who come after them wait no longer than that. */
async function lockedSoon(connection: Connection): Promise<void> {
  for (let tries = 0; ; tries++) {
    await connection.query(`savepoint locking; set local lock_timeout = '200ms'`)
    try {
      await connection.query(`lock table ${staged.join(', ')} in access exclusive mode`)
      return void (await connection.query('set local lock_timeout = 0'))
    } catch (error) {
      await connection.query('rollback to savepoint locking')
      if ((error as { code?: string }).code !== lockNotAvailable || tries === mostTries) throw error
    }
  }
}

const lockNotAvailable = '55P03'
const mostTries = 100
