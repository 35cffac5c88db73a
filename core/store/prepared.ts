import type { Writable } from 'node:stream'
import type pg from 'pg'

/** So often a statement must have come before it is worth a name. */
const worthIt = 3
/** Each name costs memory in every connection of the database. */
const mostNames = 200
/** Texts that are counted; what is made anew for every call would fill the memory. */
const mostTexts = 2_000

/** What a table's new column would break: the plan of `select *` stands for the columns there were. */
const isOfWholeRows = /^\s*select \*|returning \*/i

/** The statements of a pool: how often each came, and the names of those that come again and again. */
export interface Statements {
  /** The name to prepare a statement under; undefined when it is to be parsed and planned anew. */
  nameOf(text: string): string | undefined
  /** A statement that cannot be prepared, as its table has changed under it. */
  forget(text: string): void
}

/** Counts statements, and names the hot ones. */
export function countStatements(): Statements {
  const seen = new Map<string, { count: number; name: string | null | undefined }>()
  let named = 0
  return {
    nameOf: text => {
      const one = seen.get(text)
      if (one) {
        one.count += 1
        if (one.name === undefined && one.count > worthIt && named < mostNames) one.name = `hot-${(named += 1)}`
        return one.name ?? undefined
      }
      if (seen.size < mostTexts) seen.set(text, { count: 1, name: isOfWholeRows.test(text) ? null : undefined })
      return undefined
    },
    forget: text => void seen.set(text, { count: 0, name: null }),
  }
}

/** What Postgres answers when the columns of a prepared statement's result have changed since. */
const planIsOutdated = '0A000'

/**
 * Has a connection prepare the statements that come again and again: they are parsed and planned once for each connection, which is most of
 * what a short statement costs. Statements given in one go leave in one write; where they are pipelined, nothing waits for `begin` to be
 * answered: it cannot fail but with the connection, and then what follows fails too.
 */
export function prepareHot(client: pg.PoolClient, statements: Statements, isPipelined: boolean): void {
  const stream = (client as unknown as { connection: { stream: Writable } }).connection.stream
  const plain = (...args: unknown[]): unknown => {
    stream.cork()
    process.nextTick(() => stream.uncork())
    return ask(...args)
  }
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown
  const query = (text: unknown, values?: unknown, callback?: unknown): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values) || callback !== undefined)
      return plain(...[text, values, callback].filter(one => one !== undefined))
    if (isPipelined && text === 'begin') {
      const begun = plain(text) as Promise<unknown>
      begun.catch(() => undefined)
      return Promise.resolve({ command: 'BEGIN', rowCount: null, rows: [] })
    }
    const name = statements.nameOf(text)
    if (name === undefined) return plain(text, values)
    const answered = plain({ name, text, values }) as Promise<unknown>
    return answered.catch((error: unknown) => {
      if ((error as { code?: string }).code === planIsOutdated) statements.forget(text)
      throw error
    })
  }
  Object.assign(client, { query })
}
