import type { Tx } from '@switchboard/core'
import type { MatchCounts } from '../counts.ts'
import type { Sheet } from '../sheets.ts'
import { bulkOn, statementsOn, type Bulk, type Connection } from './bulk-store.ts'
import { makeWriter, type Needs } from './batch.ts'
import { endFirst, holdMatches, keepGeneric } from './rebuild-store.ts'
import { openStage } from './stage.ts'

/** Candidates that are made into people at once. */
const batchSize = 20_000

/** What is written where nobody was before. */
export interface First extends Needs {
  /** A second connection, for half of it. */
  second: Connection
  groups: readonly Int32Array[]
  rules: string
  stage(name: string): Promise<void>
}

/**
 * Writes everybody where nobody was: into tables of their own, which take the place of the empty ones at the end, all at once. So
 * nobody sees any of it before all is there, and one that is ended leaves nothing.
 * @returns null when somebody was written meanwhile: then nothing of this counts
 */
export async function writeFirst(first: First): Promise<MatchCounts | null> {
  const { connection, second, decided, stage } = first
  const rest = kept()
  const staging = await openStage([connection, second], rest.bulk)
  const writer = makeWriter(first)
  for (const [place, batch] of decided.batches(first.groups, batchSize).entries()) {
    await stage(`batch ${place}`)
    await writer.writeNew(batch, staging.bulk)
  }
  await stage('index')
  await staging.build()
  await stage('finish')
  await connection.query('begin; set local idle_in_transaction_session_timeout = 0; set local synchronous_commit = on')
  const tx = statementsOn(connection) as Tx
  await holdMatches(tx)
  if (!(await endFirst(tx, first.rules))) {
    await connection.query('rollback')
    return null
  }
  await keepGeneric(tx, decided.generic, first.settings.at)
  await rest.writeTo(bulkOn(connection, () => false))
  await staging.swap()
  await connection.query('commit')
  return writer.counts
}

/** Keeps rows until the end. */
function kept(): { bulk: Bulk; writeTo(bulk: Bulk): Promise<void> } {
  const writes: ((bulk: Bulk) => Promise<void>)[] = []
  return {
    bulk: {
      isNew: true,
      markRead: async () => {},
      write: async <Row>(sheet: Sheet<Row>, rows: readonly Row[]) => void writes.push(bulk => bulk.write(sheet, rows)),
    },
    writeTo: async bulk => {
      for (const write of writes) await write(bulk)
    },
  }
}
