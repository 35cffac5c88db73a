import t, { type Test } from 'tap'
import { deciding } from '../decisions/test-acts.ts'

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
const work = { ...jane, email: 'jane@work.example' }

/** Jane, who is one person of three orders, and Bob, who shares her phone. */
async function janeAndBob(t: Test) {
  const acts = await deciding(t)
  await acts.orders({
    ...{ a1: jane, a2: { ...jane, phones: [] }, a3: work },
    b1: { firstName: 'Bob', lastName: 'Poe', email: 'bob@x.example', phones: jane.phones },
  })
  const { a1, b1 } = await acts.owners()
  return { ...acts, jane: a1!, bob: b1! }
}

t.test('why shows each comparison that holds a person together, field by field, to its sum', async t => {
  const { get, jane } = await janeAndBob(t)
  const { json } = await get(`/api/profiles/${jane}/why`, 'agent')
  t.match(json, {
    ...{ profileId: jane, model: 'reference', redirectedFrom: null, threshold: { probability: 0.99 } },
    ...{ members: { length: 3 }, links: { length: 2 }, nodes: { length: 3 }, conflicts: [], history: [] },
  })
  const link = json.links[0]
  t.equal(link.because, 'same phone, last name and first name, other email')
  t.equal(link.weight, 23.25)
  t.same(
    link.waterfall.map((step: { field: string; level: string; bits: number }) => [step.field, step.level, step.bits]),
    [
      ['first', 'equal', 6.12],
      ['last', 'equal', 10.64],
      ['email', 'other', -4.32],
      ['phone', 'equal', 10.81],
    ],
  )
  t.equal(link.waterfall.at(-1).total, 23.25)
  t.same(link.waterfall[2].values.toSorted(), ['jane@work.example', 'jane@x.example'])
  t.ok(link.probability > 0.99999)
})

t.test('why says what is weakest, who would part from whom without it, and what would turn it', async t => {
  const { get, jane } = await janeAndBob(t)
  const { json } = await get(`/api/profiles/${jane}/why`)
  t.match(json.weakest, { link: 0, margin: 16.62, isBridge: true, halves: [{ records: 2 }, { records: 1 }] })
  t.same(json.bridges.map(({ link }: { link: number }) => link).includes(0), true)
  t.match(json.split, /1 record of Jane Smith would part from the other 2/)
  t.type(json.links[0].flips, 'string')
})

t.test('two who are two are told why: what they share, how near they come, and who decided', async t => {
  const { get, post, jane, bob } = await janeAndBob(t)
  const before = (await get(`/api/profiles/${jane}/why?with=${bob}`)).json
  t.match(before, { profileId: jane, with: bob, names: ['Jane Smith', 'Bob Poe'], decisions: [] })
  t.ok(before.because.some((reason: string) => reason.includes('share a phone')))
  t.match(before.best, { because: 'same phone, other last name, email and first name' })
  t.ok(before.best.weight < 0)
  await post('/api/profiles/keep-apart', { a: jane, b: bob, reason: 'brother' })
  const after = (await get(`/api/profiles/${bob}/why?with=${jane}`)).json
  t.match(after.decisions, [{ by: 'key:manager', reason: 'brother', kind: 'apart' }])
  t.match(after.flips, /only people/)
  t.equal((await get(`/api/profiles/${bob}/why?with=${bob}`)).status, 409)
})

t.test('the ledger tells what happened, who did it and why, and what can be undone', async t => {
  const { get, post, jane, bob } = await janeAndBob(t)
  await post('/api/profiles/merge', { profiles: [jane, bob], reason: 'alias' })
  const merged = (await get(`/api/profiles/${bob}/why`)).json
  t.match(merged, {
    redirectedFrom: bob,
    history: [{ what: 'merged', by: 'key:manager', reason: 'alias', canUndo: true }],
  })
  await post(`/api/profiles/${jane}/unmerge`, { reason: 'mistake' })
  t.match((await get(`/api/profiles/${jane}/why`)).json.history, [
    { what: 'unmerged', reason: 'mistake', others: [bob], canUndo: true },
    { what: 'merged', canUndo: false },
  ])
})

t.test('the picture is an SVG without emails and phones', async t => {
  const { get, jane, bob } = await janeAndBob(t)
  const { status, type, text } = await get(`/api/profiles/${jane}/why.svg`, 'agent')
  t.equal(status, 200)
  t.match(type, /^image\/svg\+xml/)
  t.match(text, /^<svg /)
  t.match(text, />Jane Smith</)
  t.notMatch(text, /jane@|412345678/)
  t.match((await get(`/api/profiles/${jane}/why.svg?with=${bob}`)).text, /Jane Smith is not Bob Poe/)
  t.equal((await get(`/api/profiles/${jane}/why.svg`, 'viewer')).status, 403)
  t.equal((await get('/api/profiles/019ab000-0000-7000-8000-000000000000/why.svg')).status, 404)
})

t.test('with what was learned, each step has how often it is found, and the sum is the stored weight', async t => {
  const { orders, owners, get } = await deciding(t, {})
  const crowd = Array.from({ length: 30 }, (_, at) => {
    const name = String.fromCharCode(97 + (at % 26)) + 'orin' + String.fromCharCode(97 + Math.floor(at / 3))
    return [
      `x${at}`,
      { firstName: name, lastName: `${name}sen`, email: `${name}${at}@y.example`, phones: [`04123000${10 + at}`] },
    ]
  })
  await orders({ ...Object.fromEntries(crowd), a1: jane, a2: { ...jane, phones: [] } })
  const { a1, a2 } = await owners()
  t.equal(a1, a2)
  const { json } = await get(`/api/profiles/${a1}/why`)
  const [link] = json.links
  t.match(link.waterfall[0], { field: 'prior' })
  const last = link.waterfall.find(({ field }: { field: string }) => field === 'last')
  t.ok(last.m > last.u)
  t.ok(Math.abs(link.waterfall.at(-1).total - link.weight) < 0.05)
})
