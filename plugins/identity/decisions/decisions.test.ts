import t, { type Test } from 'tap'
import { until } from '../test-hub.ts'
import { allRows, deciding, profileRows } from './test-acts.ts'

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
const work = { firstName: 'Jane', lastName: 'Smith', email: 'jane@work.example', phones: ['0298 765 432'] }
/** Says what both say, so that the evidence makes them one. */
const bridge = { firstName: 'Jane', lastName: 'Smith', email: jane.email, phones: work.phones }

/** Two people of two orders each, who say some things differently. */
async function two(t: Test) {
  const acts = await deciding(t)
  await acts.orders({ a1: jane, a2: { ...jane, phones: [] } })
  await acts.orders({ b1: work, b2: { ...work, phones: [] } })
  const { a1, b1 } = await acts.owners()
  t.not(a1, b1)
  return { ...acts, a: a1!, b: b1! }
}

t.test('two who were merged by hand and un-merged are to the byte what they were', async t => {
  const { hub, post, get, a, b } = await two(t)
  const before = await profileRows(hub.store)
  const merged = await post('/api/profiles/merge', { profiles: [b, a], reason: 'she said so' })
  t.equal(merged.status, 200, merged.text)
  t.equal(merged.json.after.length, 1)
  t.equal(merged.json.after[0].id, a)
  t.equal((await get(`/api/profiles/${b}`)).json.redirectedFrom, b)
  const undone = await post(`/api/profiles/${a}/unmerge`, { reason: 'she did not' })
  t.equal(undone.status, 200, undone.text)
  t.same(await profileRows(hub.store), before)
  await hub.runJob('ClientSync')
  t.same(await profileRows(hub.store), before)
})

t.test('the evidence made them one: un-merged, each has their id, age and redirects again, and stays two', async t => {
  const { hub, post, orders, owners, a, b } = await two(t)
  const before = await profileRows(hub.store)
  await orders({ c1: bridge })
  t.same(await owners(), { a1: a, a2: a, b1: a, b2: a, c1: a })
  const { status, text } = await post(`/api/profiles/${a}/unmerge`)
  t.equal(status, 200, text)
  const { c1, ...others } = await owners()
  t.same(others, { a1: a, a2: a, b1: b, b2: b })
  t.notOk([a, b].includes(c1 ?? ''), 'who has the email of one and the phone of the other could be either')
  const rows = await profileRows(hub.store)
  const ofB = before.filter(row => row.includes(b))
  t.ok(ofB.length >= 4)
  for (const row of ofB) t.ok(rows.includes(row), row)
  await orders({ c2: bridge, a3: jane, b3: work })
  const found = await owners()
  t.same([found.a1, found.a3, found.b1, found.b3], [a, a, b, b])
  t.equal(found.c2, found.c1)
})

t.test('records that came in between fall on the side that their evidence says', async t => {
  const { post, orders, owners, a, b } = await two(t)
  await post('/api/profiles/merge', { profiles: [a, b] })
  await orders({ a3: jane, b3: work })
  await post(`/api/profiles/${a}/unmerge`)
  t.same(await owners(), { a1: a, a2: a, a3: a, b1: b, b2: b, b3: b })
})

t.test('when the larger part leaves, the smaller keeps the id that was its own', async t => {
  const { hub, post, orders, owners, a, b } = await two(t)
  await orders({ b3: work, b4: { ...work, email: null } })
  const before = await profileRows(hub.store)
  await post('/api/profiles/merge', { profiles: [a, b] })
  await post(`/api/profiles/${a}/unmerge`)
  const { a1, b4 } = await owners()
  t.same([a1, b4], [a, b])
  t.same(await profileRows(hub.store), before)
})

t.test('an undo can be undone, and that too', async t => {
  const { hub, post, get, a, b } = await two(t)
  const apart = await profileRows(hub.store)
  await post('/api/profiles/merge', { profiles: [a, b] })
  const one = await profileRows(hub.store)
  const parted = await post(`/api/profiles/${a}/unmerge`)
  const again = await post(`/api/profiles/${a}/unmerge`, { ledgerId: parted.json.ledgerId })
  t.equal(again.status, 200, again.text)
  t.same(withoutTimes(await profileRows(hub.store)), withoutTimes(one))
  t.equal((await get(`/api/profiles/${b}`)).json.id, a)
  await post(`/api/profiles/${a}/unmerge`)
  t.same(await profileRows(hub.store), apart)
})

t.test('named records leave, and may come back', async t => {
  const { post, orders, owners } = await deciding(t)
  await orders({ a1: jane, a2: { ...jane, phones: [] }, a3: { ...jane, email: null } })
  const { a1 } = await owners()
  const parted = await post(`/api/profiles/${a1}/unmerge`, { records: [{ source: 'shop', externalId: 'a3' }] })
  t.equal(parted.status, 200, parted.text)
  t.match(parted.json.moves, [{ externalId: 'a3', from: a1 }])
  const after = await owners()
  t.equal(after.a1, a1)
  t.not(after.a3, a1)
  await orders({ a4: jane })
  t.not((await owners()).a3, (await owners()).a1)
  const back = await post(`/api/profiles/${a1}/unmerge`, { ledgerId: parted.json.ledgerId })
  t.equal(back.status, 200, back.text)
  t.equal(new Set(Object.values(await owners())).size, 1)
})

t.test('kept apart, they stay two whatever comes', async t => {
  const { post, orders, owners, a, b } = await two(t)
  const kept = await post('/api/profiles/keep-apart', { a, b, reason: 'mother and daughter' })
  t.equal(kept.status, 200, kept.text)
  t.same(kept.json.moves, [])
  await orders({ c1: bridge })
  const found = await owners()
  t.same([found.a1, found.b1], [a, b])
  t.equal((await post('/api/profiles/merge', { profiles: [a, b] })).json.after.length, 1)
})

t.test('a dry run shows what will happen, and leaves not a byte behind', async t => {
  const { hub, post, a, b } = await two(t)
  const before = await allRows(hub.store)
  const acts: [string, object][] = [
    ['/api/profiles/merge', { profiles: [a, b] }],
    [`/api/profiles/${a}/unmerge`, {}],
    ['/api/profiles/keep-apart', { a, b }],
  ]
  for (const [path, body] of [acts[0]!, acts[2]!]) {
    const dry = await post(path, { ...body, dryRun: true })
    t.equal(dry.status, 200, dry.text)
    t.equal(dry.json.isDry, true)
    t.same(await allRows(hub.store), before)
  }
  for (const [path, body] of acts.slice(0, 2)) {
    const dry = await post(path, { ...body, dryRun: true })
    const real = await post(path, body)
    const told = ({ before, after, moves, relations }: typeof dry.json) => ({ before, after, moves, relations })
    t.same(told(dry.json), told(real.json))
  }
})

t.test('each decision is in the ledger and in the audit log, with who and why', async t => {
  const { get, post, heard, a, b } = await two(t)
  await post('/api/profiles/merge', { profiles: [a, b], reason: 'one' })
  await post(`/api/profiles/${a}/unmerge`, { reason: 'two' })
  const { json } = await get('/api/audit')
  t.match(json.items, [
    { what: 'profile.unmerge', by: 'key:manager', target: `profile:${a}`, reason: 'two', after: { profiles: [a, b] } },
    { what: 'profile.merge', by: 'key:manager', target: `profile:${a}`, reason: 'one', after: { profiles: [a] } },
  ])
  t.notMatch(JSON.stringify(json), /@|0298|\+61/)
  t.equal((await get('/api/audit?what=profile.&by=key:manager&limit=1')).json.items.length, 1)
  t.equal((await get('/api/audit', 'agent')).status, 403)
  const isTold = (what: string) => heard.some(({ name, data }) => name === what && JSON.stringify(data).includes(b))
  await until(async () => isTold('profile.merged') && isTold('profile.split'))
})

t.test('deciding needs a manager, and what cannot be decided is refused with the reason', async t => {
  const { post, a, b } = await two(t)
  const nobody = '019ab000-0000-7000-8000-000000000000'
  for (const [path, body, status] of [
    ['/api/profiles/merge', { profiles: [a] }, 400],
    ['/api/profiles/merge', { profiles: [a, a] }, 409],
    ['/api/profiles/merge', { profiles: [a, nobody] }, 404],
    ['/api/profiles/keep-apart', { a, b: a }, 409],
    [`/api/profiles/${a}/unmerge`, {}, 400],
    [`/api/profiles/${a}/unmerge`, { ledgerId: nobody }, 404],
    [`/api/profiles/${nobody}/unmerge`, {}, 404],
    [`/api/profiles/${a}/unmerge`, { records: [{ source: 'shop', externalId: 'b1' }] }, 409],
    [`/api/profiles/${a}/unmerge`, { records: ['a1', 'a2'].map(externalId => ({ source: 'shop', externalId })) }, 409],
    [`/api/profiles/${a}/unmerge`, { surprise: 1 }, 400],
  ] as const)
    t.equal((await post(path, body)).status, status, `${path} ${JSON.stringify(body)}`)
  t.equal((await post('/api/profiles/merge', { profiles: [a, b] }, { role: 'agent' })).status, 403)
})

t.test('a decision sent twice with one key is made once', async t => {
  const { get, post, a, b } = await two(t)
  const headers = { 'idempotency-key': 'once' }
  const first = await post('/api/profiles/merge', { profiles: [a, b] }, { headers })
  const second = await post('/api/profiles/merge', { profiles: [a, b] }, { headers })
  t.same(second.json, first.json)
  t.equal((await get('/api/audit')).json.items.length, 1)
})

function withoutTimes(rows: string[]): string[] {
  return rows.map(row => row.replaceAll(/"\d{4}-\d\d-\d\d [^"]*"/g, 'time'))
}
