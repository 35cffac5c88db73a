import t, { type Test } from 'tap'
import { makeMatcher, type Matcher } from './match-in-worker.ts'
import { reference } from './engine/models/reference.ts'
import { identityOptions } from './settings.ts'
import { empty, match, membersIn, noon, put, quiet, testStore } from './test-records.ts'

const { store, url } = await testStore(t)
t.beforeEach(() => empty(store))

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
const options = identityOptions.parse({ model: reference })
const errand = { scope: 'dirty' as const, at: noon }

function matcher(t: Test, settings: Partial<Parameters<typeof makeMatcher>[0]> = {}): Matcher {
  const made = makeMatcher({ databaseUrl: url, options, log: quiet, ...settings })
  t.teardown(() => made.close())
  return made
}

t.test('a match in a thread of its own does what one in this thread does', async t => {
  await put(store, { externalId: 'a', people: [jane] }, { externalId: 'b', people: [jane] })
  t.match(await matcher(t).match(errand, new AbortController().signal), { records: 2, candidates: 2, changed: 1 })
  t.same(await membersIn(store), [['a/0', 'b/0']])
  t.match(await match(store, { scope: 'all' }), { changed: 0 })
})

t.test('what the thread has to say comes out of our log', async t => {
  const crowd = Array.from({ length: 30 }, (_, at) => ({
    externalId: String(at),
    people: [{ ...jane, firstName: `F${'x'.repeat(at)}` }],
  }))
  await put(store, ...crowd)
  const told: object[] = []
  const log = { ...quiet, info: (facts: object, phrase: string) => void told.push({ ...facts, phrase }) }
  await matcher(t, { options: { ...options, cap: 20 }, log }).match(errand, new AbortController().signal)
  t.match(told, [{ field: 'email', signatures: 30, phrase: 'generic key paired by name only' }, { field: 'phone' }])
})

t.test('a match that is stopped writes nothing, and the records wait for the next', async t => {
  await put(
    store,
    ...Array.from({ length: 500 }, (_, at) => ({
      externalId: String(at),
      people: [{ ...jane, phones: [`04${10000000 + at}`] }],
    })),
  )
  const stopping = new AbortController()
  const one = matcher(t)
  const running = one.match(errand, stopping.signal)
  stopping.abort(new Error('the hub is stopping'))
  await t.rejects(running, /the hub is stopping/)
  t.same(await membersIn(store), [])
  await t.rejects(one.match(errand, stopping.signal), /the hub is stopping/)
  t.match(await one.match(errand, new AbortController().signal), { records: 500 }, 'the same thread goes on')
})

t.test('a match that cannot reach the database says so', async t => {
  const nowhere = matcher(t, { databaseUrl: 'postgres://postgres@127.0.0.1:1/nowhere' })
  await t.rejects(nowhere.match(errand, new AbortController().signal), /ECONNREFUSED/)
})
