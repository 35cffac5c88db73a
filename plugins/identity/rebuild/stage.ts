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
import { copied, type Bulk, type Connection } from './bulk-store.ts'

/** Tables beside the real ones, which are filled first and have their indexes built then: an index that grows row by row takes the longer. */
export interface Stage {
  bulk: Bulk
  /** Waits for what is being written, and builds what is found by. @throws what went wrong */
  build(): Promise<void>
  /** Puts the tables in the place of the empty ones, in the transaction under way. @throws when these are read for too long */
  swap(): Promise<void>
}

/** What each connection writes, so that both have about as much to do. */
const lanes: readonly (readonly OpenSheet[])[] = [
  [candidateSheet, memberSheet, refusalSheet],
  [keySheet, profileSheet, edgeSheet, relationSheet],
]
const staged = lanes.flat().map(({ table }) => table)
/** So many tables of a batch wait for their connection before the next batch is made. */
const mostWaiting = 6

/** Removes what a rebuild left that was ended. */
export async function dropStage(connection: Pick<Connection, 'query'>): Promise<void> {
  await connection.query(`set client_min_messages = warning; drop table if exists ${staged.map(stageOf).join(', ')}`)
}

/** Makes the tables. All but rows for them goes to `rest`. */
export async function openStage(connections: readonly Connection[], rest: Bulk): Promise<Stage> {
  await dropStage(connections[0]!)
  for (const table of staged)
    await connections[0]!.query(`create table ${stageOf(table)} (like ${table} including all excluding indexes)`)
  const queues = connections.map(queue)
  for (const { connection, run } of queues)
    run(() =>
      connection.query(
        `set synchronous_commit = off; set maintenance_work_mem = '128MB'; set max_parallel_maintenance_workers = 0`,
      ),
    )
  const queueOf = (table: string): Queue => {
    const lane = lanes.findIndex(sheets => sheets.some(sheet => sheet.table === table))
    return queues[lane % queues.length]!
  }
  return {
    bulk: {
      isNew: true,
      markRead: async () => {},
      write: async <Row>(sheet: Sheet<Row>, rows: readonly Row[]) => {
        if (!staged.includes(sheet.table)) return rest.write(sheet, rows)
        if (rows.length === 0) return
        const { connection, run, free } = queueOf(sheet.table)
        await free()
        run(() => copied(connection, stageOf(sheet.table), sheet, rows))
      },
    },
    build: async () => {
      await Promise.all(queues.map(({ end }) => end()))
      for (const table of staged) {
        const { connection, run } = queueOf(table)
        run(() => buildIndexes(connection, table))
      }
      await Promise.all(queues.map(({ end }) => end()))
    },
    swap: () => swapped(connections[0]!),
  }
}

interface Queue {
  connection: Connection
  run(work: () => Promise<unknown>): void
  /** Resolves when not too much waits. */
  free(): Promise<void>
  /** @throws what went wrong */
  end(): Promise<void>
}

/** What is done on a connection, one after the other; after a failure nothing more. */
function queue(connection: Connection): Queue {
  const waiting: Promise<unknown>[] = []
  let last: Promise<unknown> = Promise.resolve()
  return {
    connection,
    run: work => {
      const next = last.then(work).finally(() => waiting.splice(waiting.indexOf(next), 1))
      next.catch(() => {})
      waiting.push(next)
      last = next
    },
    free: async () => {
      if (waiting.length >= mostWaiting) await waiting[0]
    },
    end: async () => void (await last),
  }
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

async function swapped(connection: Connection): Promise<void> {
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
