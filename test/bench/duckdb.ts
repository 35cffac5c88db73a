import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** What DuckDB made of a file of cleaned rows. */
export interface DuckClusters {
  /** Of each row, in the order of the file. */
  clusterOf: Int32Array
  /** The truth, which the matching does not look at. */
  personOf: Int32Array
  /** Reading the file into a table in memory. */
  loadMs: number
  /** From that table to clusters. */
  matchMs: number
  pairs: number
}

/** The reference weights as SQL; a field that is missing on either side adds nothing. */
const weight = (['first', 'last', 'email', 'phone'] as const)
  .map(field => {
    const [equal, other] = { first: [6.12, -3.25], last: [10.64, -4.32], email: [10.81, -4.32], phone: [10.81, -4.32] }[
      field
    ]
    return `case when a."${field}" = b."${field}" then ${equal} when a."${field}" <> b."${field}" then ${other} else 0 end`
  })
  .join(' + ')

/** More than 0.99: log2(0.99 / 0.01). */
const least = Math.log2(0.99 / 0.01)

/**
 * The plain version of matching in SQL: distinct rows, a self-join on email or phone, the four comparisons, the sum of the
 * reference weights, and connected components by passing on the smallest label. No more than that: no generic contacts, no
 * names that conflict, nothing learned.
 * @param file CSV with a header: id, first, last, email, phone, all of them cleaned, and person, a number
 */
export async function duckClusters(file: string, threads: number): Promise<DuckClusters> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const duck = await instance.connect()
  try {
    const loadMs = await timed(() =>
      duck.run(`
      create table record as
      select (row_number() over ()) - 1 as place, "first", "last", email, phone, person
      from read_csv('${file.replaceAll("'", "''")}', header = true, all_varchar = true, nullstr = '', parallel = true)`),
    )
    const matchMs = await timed(() => match(duck))
    const pairs = Number((await one(duck, 'select count(*) from pair')) ?? 0)
    const clusterOf = await read(duck, 'select c from cluster order by place')
    const personOf = await read(duck, 'select person from record order by place')
    return { clusterOf, personOf, loadMs, matchMs, pairs }
  } finally {
    duck.closeSync()
    instance.closeSync()
  }
}

async function match(duck: DuckDBConnection): Promise<void> {
  await duck.run(`create table node as select min(place) as n, "first", "last", email, phone from record group by all`)
  await duck.run(`
    create table pair as
    select a.n as a, b.n as b, ${weight} as bits from node a join node b on a.email = b.email and a.n < b.n
    union all
    select a.n, b.n, ${weight} from node a join node b on a.phone = b.phone and a.n < b.n
    where a.email is distinct from b.email or a.email is null`)
  await duck.run(`
    create table edge as select a, b from pair where bits > ${least} union all select b, a from pair where bits > ${least}`)
  await duck.run('create table label as select n, n as c from node')
  await spread(duck)
  await duck.run(`
    create table cluster as
    select r.place, l.c from record r join node d
      on r."first" is not distinct from d."first" and r."last" is not distinct from d."last"
      and r.email is not distinct from d.email and r.phone is not distinct from d.phone
    join label l on l.n = d.n`)
}

/** Everyone takes the smallest label next to them, then the label of that, until none changes. */
async function spread(duck: DuckDBConnection): Promise<void> {
  for (;;) {
    await duck.run(`
      create or replace table next as
      select n, min(c) as c from (
        select n, c from label union all select e.a, l.c from edge e join label l on l.n = e.b
      ) group by n`)
    await duck.run('create or replace table next as select x.n, y.c from next x join next y on y.n = x.c')
    const changed = await one(duck, 'select count(*) from label l join next x on x.n = l.n where x.c <> l.c')
    if (!changed) return
    await duck.run('drop table label')
    await duck.run('alter table next rename to label')
  }
}

async function one(duck: DuckDBConnection, sql: string): Promise<number> {
  const [row] = (await duck.runAndReadAll(sql)).getRows()
  return Number(row?.[0] ?? 0)
}

async function read(duck: DuckDBConnection, sql: string): Promise<Int32Array> {
  const reader = await duck.runAndReadAll(sql)
  return Int32Array.from(reader.getColumns()[0] ?? [], Number)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
