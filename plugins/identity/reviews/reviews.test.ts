import t, { type Test } from 'tap'
import { newId } from '@switchboard/core'
import { deciding } from '../decisions/test-acts.ts'
import { reference } from '../engine/models/reference.ts'
import { ask, order, started } from '../test-hub.ts'
import { learnedFrom } from './learned.ts'
import { openReview } from './store.ts'

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }

/** People of whom each two share a first and a last name and an email, and have another phone: questions of one pattern. */
async function queue(t: Test) {
  const acts = await deciding(t)
  await acts.orders({
    a1: jane,
    b1: { ...jane, firstName: 'Robert', lastName: 'Ng', email: 'ng@x.example', phones: ['0298 765 432'] },
    ...{
      c1: { firstName: 'Cy', lastName: 'Lee', email: 'c@x.example' },
      c2: { firstName: 'Cyd', lastName: 'Lee', email: 'd@x.example' },
    },
    ...{
      d1: { firstName: 'Di', lastName: 'Roe', email: 'e@x.example' },
      d2: { firstName: 'Dee', lastName: 'Roe', email: 'f@x.example' },
    },
  })
  const ids = await acts.hub.store.read(
    tx => tx.sql<{ number: string; id: string }>`
      select r.external_id as number, c.id from candidate c join source_record r on r.id = c.record_id`,
  )
  const candidate = new Map(ids.map(({ number, id }) => [number, id]))
  const levels = [
    { field: 'first', level: 'other', bits: -3.25 },
    { field: 'last', level: 'equal', bits: 10.64 },
    { field: 'email', level: 'equal', bits: 10.81 },
  ]
  const open = (a: string, b: string, weight: number | null, records = 1) =>
    acts.hub.store.transact(tx =>
      openReview(tx, {
        ...{ kind: 'near', a: candidate.get(a)!, b: candidate.get(b)!, because: 'not enough', weight, levels, records },
        at: new Date(),
      }),
    )
  return { ...acts, open }
}

t.test('questions come by what their answer gains, and are asked once', async t => {
  const { get, open } = await queue(t)
  const unsure = await open('c1', 'c2', 0)
  await open('d1', 'd2', 5)
  t.equal(await open('c2', 'c1', 0), null)
  const { json } = await get('/api/reviews', 'agent')
  t.match(json.items, [
    { id: unsure, probability: 0.5, gain: 1, a: { name: 'Cy Lee' }, b: { name: 'Cyd Lee' }, kind: 'near' },
    { weight: 5 },
  ])
  t.match(json.groups, [{ pattern: 'first other, last equal, email equal', questions: 2 }])
  const first = await get('/api/reviews?limit=1')
  const rest = await get(`/api/reviews?limit=1&cursor=${first.json.cursor}`)
  t.equal(first.json.items[0].id, unsure)
  t.equal(rest.json.items[0].weight, 5)
  t.equal(rest.json.cursor, null)
  t.match((await get(`/api/reviews/${unsure}`)).json.comparison, {
    because: 'same email and last name, other first name',
  })
  t.equal((await get('/api/reviews?cursor=abc')).status, 400)
})

t.test('a yes makes one person, in ledger and audit log, and can be undone', async t => {
  const { get, post, open, owners } = await queue(t)
  const id = await open('c1', 'c2', 2)
  const dry = await post(`/api/reviews/${id}`, { answer: 'yes', dryRun: true })
  t.equal(dry.json.changes[0].after.length, 1)
  t.not((await owners()).c1, (await owners()).c2)
  const { status, text } = await post(`/api/reviews/${id}`, { answer: 'yes', reason: 'same voice' })
  t.equal(status, 200, text)
  const { c1, c2 } = await owners()
  t.equal(c1, c2)
  t.match((await get('/api/reviews?state=closed')).json.items, [{ id, answer: 'yes', answeredBy: 'key:manager' }])
  t.match((await get('/api/audit')).json.items, [
    { what: 'review.answer', target: `review:${id}`, reason: 'same voice' },
  ])
  t.match((await get(`/api/profiles/${c1}/why`)).json.history, [
    { what: 'merged', reason: 'same voice', canUndo: true },
  ])
  t.equal((await post(`/api/reviews/${id}`, { answer: 'no' })).status, 409)
  t.equal((await post(`/api/profiles/${c1}/unmerge`)).status, 200)
  t.not((await owners()).c1, (await owners()).c2)
})

t.test('one answer settles a pattern', async t => {
  const { get, post, open, owners } = await queue(t)
  const id = await open('c1', 'c2', 2)
  await open('d1', 'd2', 2)
  const { json } = await post(`/api/reviews/${id}`, { answer: 'yes', all: true })
  t.equal(json.answered, 2)
  const { c1, c2, d1, d2 } = await owners()
  t.same([c1, d1], [c2, d2])
  t.same((await get('/api/reviews')).json.items, [])
})

t.test('a no is remembered: the two stay two when more speaks for one', async t => {
  const { post, open, orders, owners } = await queue(t)
  const id = await open('c1', 'c2', 2)
  t.equal((await post(`/api/reviews/${id}`, { answer: 'apart' })).status, 200)
  await orders({ c3: { firstName: 'Cy', lastName: 'Lee', email: 'd@x.example', phones: ['0412000111'] } })
  const { c1, c2 } = await owners()
  t.not(c1, c2)
})

t.test('anybody who answers people may ask, and a question that is moot closes itself', async t => {
  const { get, post, owners } = await queue(t)
  const { c1, c2 } = await owners()
  const asked = await post('/api/reviews', { a: c1, b: c2, because: 'they sound alike' }, { role: 'agent' })
  t.equal(asked.status, 201, asked.text)
  t.match(asked.json, { kind: 'asked', by: 'key:agent', because: 'they sound alike', weight: null })
  t.equal((await post('/api/reviews', { a: c1, b: c2, because: 'again' })).status, 409)
  t.equal((await post('/api/reviews', { a: c1, b: c1, because: 'same' })).status, 409)
  await post('/api/profiles/merge', { profiles: [c1, c2] })
  t.match((await get('/api/reviews?state=closed')).json.items, [{ id: asked.json.id, answer: 'moot' }])
  t.equal((await post(`/api/reviews/${asked.json.id}`, { answer: 'yes' }, { role: 'agent' })).status, 403)
})

t.test('answers tell how good the matching is, and what first names go together', async t => {
  const { hub, get, post, open } = await queue(t)
  await post(`/api/reviews/${await open('c1', 'c2', 2)}`, { answer: 'yes' })
  await post(`/api/reviews/${await open('d1', 'd2', 2)}`, { answer: 'no' })
  const { json } = await get('/api/reviews/estimate')
  t.equal(json.asked, 2)
  const band = json.bands.find(({ from }: { from: number }) => from === 2)
  t.match(band, { asked: 2, yes: 1, value: 0.5 })
  for (const { low, value, high } of [json.precision, json.recall]) t.ok(low <= value && value <= high)
  t.same(await hub.store.read(learnedFrom), { aliases: [['cy', 'cyd']], never: [['dee', 'di']] })
})

t.test('the queue fills itself with pairs that nearly hold and links that hardly do', async t => {
  const { orders, get } = await deciding(t)
  await orders({
    a1: { firstName: 'Ann', lastName: 'Lee', email: 'a@x.example' },
    a2: { firstName: 'Amy', lastName: 'Poe', email: 'a@x.example' },
  })
  const { json } = await get('/api/reviews')
  t.match(json.items, [{ kind: 'near', a: {}, b: {} }])
  t.match(json.items[0].pattern, /first other/)
})

t.test('what a match made doubtful is asked about without anybody looking, and looking asks nothing', async t => {
  const { hub, shop } = await started(t, { options: { model: reference, schedule: null } })
  const counted = async (): Promise<number> => {
    const [row] = await hub.store.read(tx => tx.sql<{ count: number }>`select count(*)::int as count from review`)
    return row!.count
  }
  const email = 'a@x.example'
  shop.push(order('a1', { firstName: 'Ann', lastName: 'Lee', email }))
  await hub.runJob('ClientSync')
  t.equal(await counted(), 0)
  await hub.store.transact(async tx => {
    const id = newId()
    await tx.sql`insert into source_record (id, source, external_id, kind, updated_at, people, facts, received_at)
      select ${id}, source, 'a2', kind, updated_at, ${JSON.stringify([{ role: 'customer', firstName: 'Amy', lastName: 'Poe', email }])}::jsonb,
        facts, received_at from source_record limit 1`
    await tx.sql`insert into source_dirty (record_id, revision) select id, revision from source_record where id = ${id}`
  })
  t.equal((await ask(hub, '/api/reviews')).json.items.length, 0, 'nothing is matched yet')
  await hub.runJob('ClientSync')
  t.equal(await counted(), 1)
})
