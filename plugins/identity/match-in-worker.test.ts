import t from 'tap'
import { matchInWorker } from './match-in-worker.ts'
import { identityOptions } from './settings.ts'
import { empty, match, membersIn, noon, put, quiet, testStore } from './test-records.ts'

const { store, url } = await testStore(t)
t.beforeEach(() => empty(store))

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
const errand = { databaseUrl: url, options: identityOptions.parse({}), scope: 'dirty' as const, at: noon }

t.test('a match in a thread of its own does what one in this thread does', async t => {
  await put(store, { externalId: 'a', people: [jane] }, { externalId: 'b', people: [jane] })
  t.match(await matchInWorker(errand, quiet, new AbortController().signal), { records: 2, candidates: 2, changed: 1 })
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
  await matchInWorker({ ...errand, options: { ...errand.options, cap: 20 } }, log, new AbortController().signal)
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
  const running = matchInWorker(errand, quiet, stopping.signal)
  stopping.abort(new Error('the hub is stopping'))
  await t.rejects(running, /the hub is stopping/)
  t.same(await membersIn(store), [])
  await t.rejects(matchInWorker(errand, quiet, stopping.signal), /the hub is stopping/)
  t.match(await match(store), { records: 500 })
})

t.test('a match that cannot reach the database says so', async t => {
  const nowhere = { ...errand, databaseUrl: 'postgres://postgres@127.0.0.1:1/nowhere' }
  await t.rejects(matchInWorker(nowhere, quiet, new AbortController().signal), /ECONNREFUSED/)
})
