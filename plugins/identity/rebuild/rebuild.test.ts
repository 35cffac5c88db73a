import type { OpenStore } from '@switchboard/core/store'
import t from 'tap'
import { addDecisions, makeDirty } from '../decisions/store.ts'
import { people } from '../engine/models/people.ts'
import { identityOptions } from '../settings.ts'
import {
  empty,
  match,
  noon,
  profilesIn,
  put,
  quiet,
  result,
  settle,
  testStore,
  type TestRecord,
} from '../test-records.ts'
import { rebuild, type RebuildSettings } from './rebuild.ts'
import { connect } from './test-connection.ts'

const { store, url } = await testStore(t)
const connection = await connect(t, url)
const options = identityOptions.parse({ model: people, cap: 6 })
t.beforeEach(() => empty(store))

t.test('a rebuild from nothing gives what one match gives', async t => {
  await put(store, ...crowd())
  await rebuilt()
  const at = await result(store)
  t.ok((await profilesIn(store)).length > 20)
  t.ok(JSON.stringify(at).includes('household'))
  await empty(store)
  await put(store, ...crowd())
  await match(store, { options })
  t.same(await result(store), at)
})

t.test('a rebuild on top of what is right writes nothing', async t => {
  await put(store, ...crowd())
  await match(store, { options })
  const before = await result(store)
  t.match(await rebuilt(), { changed: 0, merged: 0, split: 0, swept: 0 })
  t.same(await result(store), before)
})

t.test('two people of whom several records say exactly the same are linked once', async t => {
  const jane = { firstName: 'Jane', lastName: 'Kovacs', email: 'jane@x.example' }
  const both = {
    kind: 'appointment' as const,
    people: [
      { role: 'primary' as const, ...jane },
      { role: 'partner' as const, ...jane },
    ],
  }
  const visits = ['a', 'b', 'c'].map(externalId => ({ externalId, ...both }))
  await put(store, ...visits)
  await rebuilt()
  const at = await result(store)
  t.match(await profilesIn(store), [{ recordCount: 3 }, { recordCount: 3 }])
  await empty(store)
  await put(store, ...visits)
  await match(store, { options })
  t.same(await result(store), at)
})

t.test('two threads read and write the same as one', async t => {
  await put(store, ...crowd())
  await rebuilt()
  const alone = await result(store)
  await empty(store)
  await put(store, ...crowd())
  await rebuilt({ aloneBelow: 2 })
  t.same(await result(store), alone)
  t.match(await rebuilt(), { records: 0 })
})

t.test('a rebuild of what is right touches no row', async t => {
  await put(store, ...crowd())
  await rebuilt()
  const before = await rowsIn()
  t.match(await rebuilt(), { records: 0, candidates: 0, changed: 0 })
  t.same(await rowsIn(), before)
})

t.test('a rebuild puts right what was changed behind its back', async t => {
  await put(store, ...crowd())
  await rebuilt()
  const right = await result(store)
  const harm = {
    'a candidate says something else': `update candidate set email = 'else@x.example' where position = 0 and record_id =
      (select id from source_record where external_id = 'r1')`,
    'a candidate is gone': `with gone as (delete from profile_member where candidate_id = (
      select candidate_id from profile_member order by 1 limit 1) returning candidate_id)
      delete from candidate where id in (select candidate_id from gone)`,
    'somebody is in no profile': `delete from profile_member where candidate_id = (select min(candidate_id::text)::uuid from profile_member)`,
    'two profiles are one': `update profile_member set profile_id = (select min(profile_id::text)::uuid from profile_member)
      where profile_id = (select max(profile_id::text)::uuid from profile_member)`,
  }
  for (const [what, statement] of Object.entries(harm)) {
    await connection.query(statement)
    const { records } = (await rebuilt()) as { records: number }
    t.ok(records > 0, what)
    t.same(await result(store), right, what)
  }
  await put(store, { externalId: 'r1', people: [{ firstName: 'Zoe', lastName: 'Quist', email: 'zoe@x.example' }] })
  await store.transact(tx => tx.sql`delete from source_dirty`)
  await rebuilt()
  t.ok(
    (await profilesIn(store)).some(({ displayName }) => displayName === 'Zoe Quist'),
    'a record that nobody noted',
  )
})

t.test('ids stay, decisions count, and whose record is gone is swept', async t => {
  await put(store, ...crowd())
  await match(store, { options })
  const [first] = await profilesIn(store)
  await store.transact(async tx => {
    const [one, other] = await tx.sql<{ id: string }>`
      select candidate_id as id from profile_member where profile_id = (
        select profile_id from profile_member group by profile_id having count(*) > 1 order by 1 limit 1) order by 1 limit 2`
    await addDecisions(tx, [{ kind: 'apart', sides: [[one!.id], [other!.id]] }], { by: 't', reason: null, at: noon })
    await makeDirty(tx, [one!.id, other!.id])
    await tx.sql`delete from source_record where external_id = 'r7'`
  })
  await rebuilt()
  const at = await result(store)
  t.notOk(JSON.stringify(at).includes('r7/'))
  t.ok((await profilesIn(store)).some(({ id }) => id === first!.id))
  await settle(store, { options })
  await match(store, { options, scope: 'all' })
  t.same(await result(store), at)
})

t.test('a rebuild that dies at any stage is finished by the next match, and comes to the same', async t => {
  await put(store, ...crowd())
  await rebuilt()
  const whole = await result(store)
  for (const last of ['read', 'decide', 'write', 'batch 0', 'index', 'finish']) {
    await empty(store)
    await put(store, ...crowd())
    const dying = {
      onStage: (stage: string) => {
        if (stage === last) throw new Error(`killed before ${stage}`)
      },
    }
    await t.rejects(rebuilt(dying), new RegExp(`killed before ${last}`))
    await match(store, { options })
    t.same(await result(store), whole, `killed before ${last}`)
  }
})

t.test(
  'a record that changes while everybody is written for the first time stays dirty, as nothing else does',
  async t => {
    const [held, changed, ...rest] = crowd()
    for (const isHeld of [false, true]) {
      await empty(store)
      await put(store, held!, changed!, ...rest)
      const other = await connect(t, url)
      const touch = (externalId: string): Promise<unknown> =>
        other.query(`update source_dirty set revision = nextval('source_revision') where record_id = (
        select id from source_record where external_id = '${externalId}')`)
      await rebuilt({
        onStage: async stage => {
          if (stage === 'decide') await put(store, { ...changed!, updatedAt: new Date(noon.getTime() + 1000) })
          if (stage !== 'finish' || !isHeld) return
          await other.query('begin')
          await touch(held!.externalId)
        },
      })
      if (isHeld) await other.query('commit')
      const dirty = await store.read(
        tx => tx.sql<{ id: string }>`
        select external_id as id from source_dirty d join source_record r on r.id = d.record_id order by 1`,
      )
      const late = isHeld ? [held!.externalId, changed!.externalId] : [changed!.externalId]
      t.same(
        dirty.map(({ id }) => id),
        late.toSorted(),
        isHeld ? 'while a writer holds the list' : 'while nobody writes',
      )
    }
  },
)

t.test('whoever is matched while everything is rebuilt is left alone, and is right in the end', async t => {
  const [extra, ...most] = crowd()
  await put(store, ...most)
  await match(store, { options })
  await rebuilt({
    scope: 'anew',
    onStage: async stage => {
      if (stage !== 'write') return
      await put(store, extra!)
      await match(store, { options })
    },
  })
  await settle(store, { options })
  const bit = await result(store)
  await match(store, { options, scope: 'all' })
  t.same(await result(store), bit)
})

t.test('two rebuilds never run at once', async t => {
  await put(store, ...crowd())
  let other: unknown
  await rebuilt({ onStage: async stage => void (stage === 'write' && (other = await rebuild(store, settings()))) })
  t.equal(other, 'busy')
})

/** Every row of a match, with the transaction that wrote it. */
async function rowsIn(): Promise<string[]> {
  const tables = ['candidate', 'candidate_key', 'profile', 'profile_member', 'profile_edge', 'profile_relation']
  const all = [...tables, 'profile_merge_rejection', 'profile_history', 'generic_key', 'match_model', 'source_dirty']
  const selects = all.map(table => `select '${table} ' || xmin || ' ' || ctid || ' ' || t::text as row from ${table} t`)
  const { rows } = await connection.query(`${selects.join(' union all ')} order by 1`)
  return (rows as { row: string }[]).map(({ row }) => row)
}

function settings(some: Partial<RebuildSettings> = {}): RebuildSettings {
  return { url, options, evidence: [], scope: 'all', at: noon, log: quiet, ...some }
}

async function rebuilt(some: Partial<RebuildSettings> = {}): Promise<object> {
  const outcome = await rebuild(store as OpenStore, settings(some))
  if (outcome === 'busy') throw new Error('busy')
  return outcome
}

/** Some people, couples, and a contact that everybody gives. */
function crowd(): TestRecord[] {
  const firsts = ['Anna', 'Robert', 'Maria', 'Peter', 'Susan', 'Thomas', 'Laura', 'James']
  const lasts = ['Kovacs', 'Nakamura', 'Obrien', 'Singh', 'Taylor']
  return Array.from({ length: 60 }, (_, at): TestRecord => {
    const [firstName, lastName] = [firsts[at % 8]!, lasts[at % 5]!]
    const email = `${firstName}.${lastName}@x.example`.toLowerCase()
    const phones = at % 3 === 0 ? [`04120000${10 + (at % 40)}`] : ['0298765432']
    const own = { firstName, lastName, email: at % 4 === 0 ? null : email, phones }
    if (at % 10 === 0) {
      const partner = { role: 'partner' as const, firstName: firsts[(at + 3) % 8]!, lastName, email }
      return { externalId: `r${at}`, kind: 'appointment', people: [{ role: 'primary', ...own, email }, partner] }
    }
    return { externalId: `r${at}`, people: at % 13 === 0 ? [{ email }] : [own] }
  })
}
