import type pg from 'pg'

/** A row to be kept: the values of its columns, in their order. */
export interface Kept {
  id: string
  /** What makes it another than those before: of two with the same the first is kept. */
  key: string
  values: readonly unknown[]
}

/** How rows are kept: one, as statements are mostly; many, each parameter being all values of a column. Both return the ids of what was new. */
export interface Statements {
  one: { name: string; text: string }
  many: { name: string; text: string }
}

interface Waiting extends Kept {
  resolve(isNew: boolean): void
  reject(error: unknown): void
}

/** So many rows in one statement: what is kept in a turn of the event loop is this, not one for each connection. */
const mostTogether = 64

/**
 * Makes the function that keeps a row: tries once, says whether it was not there before, throws what the database says.
 * While every connection is taken, rows wait, and the next connection takes all of them: under a load at which each turn takes long,
 * one row a turn would be few. A row that cannot be kept fails alone.
 * @param flights statements under way at once
 */
export function keepTogether(pool: pg.Pool, statements: Statements, flights: number): (row: Kept) => Promise<boolean> {
  const line: Waiting[] = []
  let flying = 0
  const fly = async (): Promise<void> => {
    flying += 1
    // Others keep the same rows, too: in one order, so that no two wait for each other.
    for (let rows = line.splice(0, mostTogether); rows.length > 0; rows = line.splice(0, mostTogether))
      await keepAll(pool, statements, rows.toSorted(byKey))
    flying -= 1
  }
  return row =>
    new Promise((resolve, reject) => {
      line.push({ ...row, resolve, reject })
      if (flying < flights) void fly()
    })
}

async function keepAll(pool: pg.Pool, { one, many }: Statements, rows: readonly Waiting[]): Promise<void> {
  const [first] = rows
  try {
    const query =
      rows.length === 1
        ? { ...one, values: [...first!.values] }
        : { ...many, values: first!.values.map((_, column) => rows.map(({ values }) => values[column])) }
    const found = await pool.query<{ id: string }>(query)
    const isNew = new Set(found.rows.map(({ id }) => id))
    for (const { id, resolve } of rows) resolve(isNew.has(id))
  } catch (error) {
    if (rows.length === 1) return first!.reject(error)
    // One of them may be at fault, and its neighbours are not to suffer for it.
    await Promise.all(rows.map(row => keepAll(pool, { one, many }, [row])))
  }
}

function byKey(one: Kept, other: Kept): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0
}
