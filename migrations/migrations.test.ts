import { globSync } from 'node:fs'
import { join } from 'node:path'
import { defineEntity, EntitySchema, MikroORM, p } from '@mikro-orm/postgresql'
import { emptyDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { migrations } from './index.ts'
import { migrate, migratorOptions } from './migrate.ts'

const root = join(import.meta.dirname, '..')
const names = migrations.map(({ name }) => name)
const entities = await allEntities()

t.test('an empty database gets every migration once, in order', async t => {
  const { url } = await emptyDatabase(t)
  t.same(await migrate(url), names)
  t.same(await migrate(url), [])
})

t.test('two hubs that start at once do not both migrate', async t => {
  const { url } = await emptyDatabase(t)
  const ran = await Promise.all([migrate(url), migrate(url)])
  t.same(ran.flat(), names)
})

t.test('a failing migration leaves nothing of itself, and those before it stay', async t => {
  const { url } = await emptyDatabase(t)
  await sql(t, url, 'create table call_leg (here int)')
  await t.rejects(migrate(url), /call_leg/)
  const applied = await sql(t, url, 'select name from migration order by id')
  const before = names.slice(0, names.indexOf('20261121-500-calls'))
  t.same(
    applied.map(({ name }) => name),
    before,
  )
  t.same(await sql(t, url, `select to_regclass('call') as there`), [{ there: null }])
})

t.test('every migration can be taken back, and made again', async t => {
  const { url } = await emptyDatabase(t)
  await migrate(url)
  const orm = await open(t, url, [])
  await orm.migrator.down({ to: 0 })
  const left = `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S', 'v', 'm')
    union select proname from pg_proc where pronamespace = 'public'::regnamespace
    union select typname from pg_type where typnamespace = 'public'::regnamespace and typtype in ('d', 'e')`
  t.same((await sql(t, url, left)).map(({ name }) => name).sort(), ['migration', 'migration_id_seq'])
  t.same(await migrate(url), names)
  t.equal(await difference(t, url, entities), '')
})

t.test('the migrated database is what the entities say', async t => {
  const { url } = await emptyDatabase(t)
  await migrate(url)
  t.ok(entities.length > 0)
  t.equal(await difference(t, url, entities), '')
})

t.test('Postgres itself describes both the same, down to the predicates of indexes and checks', async t => {
  const [migrated, made] = await Promise.all([emptyDatabase(t), emptyDatabase(t)])
  await migrate(migrated.url)
  await (await open(t, made.url, entities)).schema.create()
  const described = await description(t, migrated.url)
  t.ok(described.length > 0)
  t.same(described, await description(t, made.url))
})

t.test('a difference between entities and database is seen', async t => {
  const { url } = await emptyDatabase(t)
  await migrate(url)
  await sql(t, url, 'create table scratch (id uuid primary key, size int not null, note text null)')
  const [id, size, note] = [p.uuid().primary(), p.integer(), p.text().nullable()]
  const against = (properties: object) => difference(t, url, [...entities, scratch(properties)])
  t.equal(await against({ id, size, note }), '')
  t.match(await against({ id, size, note, more: p.text() }), /add "more" text not null/)
  t.match(await against({ id, size }), /drop column "note"/)
  t.match(await against({ id, size: p.bigint(), note }), /"size" type bigint/)
  t.match(await against({ id, size, note: p.text() }), /"note" set not null/)
  t.match(await against({ id, size: p.integer().default(1), note }), /"size" set default 1/)
  t.match(await against({ id, size: p.integer().index(), note }), /create index/)
  t.match(await difference(t, url, entities), /drop table.*"scratch"/)
})

function scratch(properties: object): EntitySchema {
  return defineEntity({ name: 'Scratch', tableName: 'scratch', properties }) as unknown as EntitySchema
}

/** Every entity of the core and of every plugin. */
async function allEntities(): Promise<EntitySchema[]> {
  const files = ['core/store/entities.ts', ...globSync('plugins/*/entities.ts', { cwd: root })]
  const modules = await Promise.all(files.map(file => import(join(root, file))))
  const exported = modules.flatMap(module => Object.values(module).flat())
  return [...new Set(exported.filter(thing => thing instanceof EntitySchema))]
}

/** The statements that would make the database what the entities say; empty when it is. */
async function difference(t: Test, url: string, entities: readonly EntitySchema[]): Promise<string> {
  const orm = await open(t, url, entities)
  return (await orm.schema.getUpdateSchemaSQL({ wrap: false })).trim()
}

/**
 * Every column, index and constraint of a database, in Postgres's own words. Sequences have other names in a database made from entities,
 * and uniqueness may be a constraint or an index: it is the same index.
 */
async function description(t: Test, url: string): Promise<string[]> {
  const lines = await sql(
    t,
    url,
    `select format('%s.%s %s %s default %s', table_name, column_name, udt_name,
      case is_nullable when 'YES' then 'null' else 'not null' end,
      regexp_replace(column_default, '^nextval.*', 'nextval')) as name
    from information_schema.columns where table_schema = 'public'
    union select indexdef from pg_indexes where schemaname = 'public'
    union select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and contype not in ('u', 'n')`,
  )
  return lines
    .map(({ name }) => String(name))
    .filter(line => !/\bmigration(\.| |_pkey)/.test(line))
    .sort()
}

async function sql(t: Test, url: string, text: string): Promise<{ name?: string }[]> {
  const orm = await open(t, url, [])
  return orm.em.execute(text)
}

async function open(t: Test, url: string, entities: readonly EntitySchema[]): Promise<MikroORM> {
  const orm = await MikroORM.init({ ...migratorOptions(url, entities), schemaGenerator: { skipTables: ['migration'] } })
  t.teardown(() => orm.close(true))
  return orm
}
