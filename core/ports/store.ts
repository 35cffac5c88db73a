import type { EntityManager } from '@mikro-orm/postgresql'
import type { Kysely, RawBuilder } from 'kysely'

/** A unit of work: everything done with it commits together, or not at all. Never used after its function returned. */
export interface Tx {
  /**
   * A statement with its values as parameters, and the rows it gives: tx.sql<{ id: string }>`select id from staff where email = ${email}`.
   * Fragments made with Kysely's `sql` can be put in.
   */
  sql<Row = unknown>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<Row[]>
  /** Runs a query built elsewhere with Kysely's `sql`. */
  run<Row>(query: RawBuilder<Row>): Promise<Row[]>
  /** The same transaction as a Kysely query builder. */
  kysely: Kysely<never>
  /** The same transaction as a MikroORM unit of work; flushed at the commit. */
  em: EntityManager
  /** Runs `last` as the transaction's last step, once, so that what many places add up is written in one go. Throws in `read`. */
  beforeCommit(last: () => Promise<void>): void
  /** Runs `then` once the transaction has committed; never when it did not. For waking others, not for work that must happen. Throws in `read`. */
  afterCommit(then: () => void): void
}

/** The database. No HTTP inside either function: a transaction holds a connection and locks. */
export interface Store {
  /** Runs queries without a transaction of their own. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs `work` in one transaction: read committed, so lock what you read to change. A thrown error rolls all of it back. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}
