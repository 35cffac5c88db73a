import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { silentLog } from '../hub/log.ts'
import { openStore } from './open.ts'
import { countStatements } from './prepared.ts'

t.test('a statement that comes again and again gets a name, and always the same', async t => {
  const statements = countStatements()
  const names = Array.from({ length: 6 }, () => statements.nameOf('select name from staff where id = $1'))
  const name = names.at(-1)
  t.ok(name)
  t.strictSame(names, [undefined, undefined, undefined, name, name, name])
  const others = Array.from({ length: 6 }, () => statements.nameOf('select email from staff where id = $1'))
  t.not(others.at(-1), name)
})

t.test('whole rows are never prepared, nor is what was forgotten', async t => {
  const statements = countStatements()
  const often = (text: string) => Array.from({ length: 9 }, () => statements.nameOf(text)).at(-1)
  t.equal(often('select * from call where id = $1'), undefined)
  t.equal(often('update call set version = $1 returning *'), undefined)
  t.ok(often('select id from call'))
  statements.forget('select id from call')
  t.equal(often('select id from call'), undefined)
})

t.test('what is made anew each time fills no memory: only so many names are given', async t => {
  const statements = countStatements()
  const names = new Set<string | undefined>()
  for (let number = 0; number < 1_000; number++)
    for (let time = 0; time < 5; time++) names.add(statements.nameOf(`select ${number} where $1`))
  t.equal(names.size, 201)
})

t.test('hot statements are prepared once for each connection, and give what they gave before', async t => {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog(), max: 1 })
  t.teardown(() => store.close())
  for (let number = 0; number < 8; number++) {
    const rows = await store.read(tx => tx.sql`select ${number}::int + 1 as next`)
    t.strictSame(rows, [{ next: number + 1 }])
  }
  const prepared = await store.read(tx => tx.sql<{ statement: string }>`select statement from pg_prepared_statements`)
  t.strictSame(
    prepared.map(({ statement }) => statement),
    ['select $1::int + 1 as next'],
  )
})

t.test('a statement whose columns change under it fails once at the most, and works again by itself', async t => {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog(), max: 1 })
  t.teardown(() => store.close())
  await store.read(tx => tx.sql`create table thing (id int)`)
  const look = () => store.read(tx => tx.sql`select thing.* from thing where id > ${0}`)
  for (let time = 0; time < 6; time++) await look()
  await store.read(tx => tx.sql`alter table thing add column name text`)
  await look().catch(() => null)
  await store.read(tx => tx.sql`insert into thing values (1, 'one')`)
  t.strictSame(await look(), [{ id: 1, name: 'one' }])
})
