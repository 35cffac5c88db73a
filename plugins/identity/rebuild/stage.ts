import type { StoredCandidate } from '../pipeline/candidate.ts'
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
import { sendInto, type Bulk, type Connection } from './bulk-store.ts'
import { linesOf } from './copy-lines.ts'
import { saidLinesOf, saidSheet } from './said-lines.ts'
import type { Said } from './snapshot.ts'
import { deleteDirty, emptyDirty, lockedIn } from './rebuild-store.ts'

/** Writes into tables beside the real ones, on one connection. */
export interface Staging extends Pick<Bulk, 'write'> {
  /** Writes the candidates of whom is known what they say. */
  writeSaid(candidates: readonly (StoredCandidate & Said)[]): Promise<void>
  /** Waits until all of it is written. @throws what went wrong */
  end(): Promise<void>
}

/**
 * The tables beside the real ones, which are filled first and have their indexes built then: an index that grows row by row takes
 * the longer.
 */
const staged = [candidateSheet, keySheet, memberSheet, profileSheet, edgeSheet, relationSheet, refusalSheet].map(
  ({ table }: OpenSheet) => table,
)
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
  const put = async (sheet: Page['sheet'], all: Iterable<string>): Promise<void> => {
    for (const lines of all) {
      const page = await pageFor(sheet, lines.length)
      page.used += page.bytes.write(lines, page.used)
    }
  }
  return {
    write: <Row>(sheet: Sheet<Row>, rows: readonly Row[]) => put(sheet, linesOf(sheet, rows)),
    writeSaid: candidates => put(saidSheet, saidLinesOf(candidates)),
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

/** Builds what the tables are found by, the largest first, and counts them; each connection takes the next one that none has taken. */
export async function buildStage(connections: readonly Connection[]): Promise<void> {
  const [connection] = connections as [Connection]
  const indexes: Built[] = []
  for (const table of staged) for (const index of await indexesOf(connection, table)) indexes.push({ ...index, table })
  const statements = [
    ...indexes.toSorted((a, b) => b.size - a.size).map(indexing),
    ...staged.map(table => `analyze ${stageOf(table)} (${searched[table]!.join(', ')})`),
  ].values()
  await Promise.all(connections.map(one => runAll(one, statements)))
  for (const { table, name, isPrimary } of indexes)
    if (isPrimary)
      await connection.query(
        `alter table ${stageOf(table)} add constraint ${stageOf(name)} primary key using index ${stageOf(name)}`,
      )
}

async function runAll(connection: Connection, statements: Iterable<string>): Promise<void> {
  await connection.query(
    `set synchronous_commit = off; set maintenance_work_mem = '128MB'; set max_parallel_maintenance_workers = 0`,
  )
  for (const statement of statements) await connection.query(statement)
}

interface Built extends Index {
  table: string
}

function indexing({ table, name, definition }: Built): string {
  return definition.replace(/ INDEX \S+ ON \S+ /, ` INDEX ${stageOf(name)} ON ${stageOf(table)} `)
}

function stageOf(table: string): string {
  return `new_${table}`
}

interface Index {
  name: string
  definition: string
  isPrimary: boolean
  /** Bytes of what there is to be found by it. */
  size: number
}

/** The indexes of a table, with the size of the table beside it, where there is one. */
async function indexesOf(connection: Connection, table: string): Promise<Index[]> {
  const { rows } = await connection.query(
    `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition, i.indisprimary as "isPrimary",
      coalesce(pg_relation_size(to_regclass($2)), 0)::float8 as size
    from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::regclass order by c.relname`,
    [table, stageOf(table)],
  )
  return rows as Index[]
}

/**
 * Puts the tables in the place of the empty ones, in the transaction under way, and notes that all records are read that waited.
 * @param moment when they were read, as `pg_snapshot` @throws when the tables are read for too long
 */
export async function swapStage(connection: Connection, moment: string): Promise<void> {
  for (const table of staged) await copyGrants(connection, table)
  if (await lockedSoon(connection, { tables: [...staged, 'source_dirty'], patience: '50ms', most: 10 }))
    await emptyDirty(connection, moment)
  else {
    await deleteDirty(connection, moment)
    if (!(await lockedSoon(connection, { tables: staged, patience: '200ms', most: 100 })))
      throw new Error('the tables of the profiles are being read for too long at once')
  }
  for (const table of staged) {
    const indexes = await indexesOf(connection, stageOf(table))
    await connection.query(`drop table ${table}; alter table ${stageOf(table)} rename to ${table}`)
    for (const { name } of indexes)
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

/** Others are waited for a moment at a time, so that those who come after them wait no longer than that. */
async function lockedSoon(
  connection: Connection,
  { tables, patience, most }: { tables: readonly string[]; patience: string; most: number },
): Promise<boolean> {
  for (let tries = 0; tries < most; tries++) if (await lockedIn(connection, tables.join(', '), patience)) return true
  return false
}
