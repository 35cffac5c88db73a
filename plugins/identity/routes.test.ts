import t from 'tap'
import { ask, order, started } from './test-hub.ts'

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
const { hub, shop } = await started(t)
shop.push(
  order('1', jane),
  order('2', { name: 'Bob Poe', email: 'bob@x.example', phones: jane.phones }),
  order('3', { name: 'Smithy Jones', email: 's@x.example', phones: ['0298765432'] }),
  order('4', { name: 'Smithie Jones', email: 's@x.example' }),
  order('5', { name: 'Smithy Jones', email: 's@x.example', phones: ['0298765432'] }),
)
await hub.runJob('ClientSync')

t.test('people are found by phone, email and the beginning of a name, page by page', async t => {
  const found = async (query: string) => {
    const { json } = await ask(hub, `/api/profiles?${query}`)
    return json.items.map(({ displayName }) => displayName).sort()
  }
  t.same(await found('phone=0412345678'), ['Bob Poe', 'Jane Smith'])
  t.same(await found('email=JANE%2Btag@x.example'), ['Jane Smith'])
  t.same(await found('phone=0412345678&email=bob@x.example'), ['Bob Poe'])
  t.same(await found('q=smith'), ['Jane Smith', 'Smithy Jones'])
  t.same(await found('q=jane%20sm'), ['Jane Smith'])
  t.same(await found('q=%2B61412345678'), ['Bob Poe', 'Jane Smith'])
  t.same(await found('q=bob@x.example'), ['Bob Poe'])
  t.same(await found('q=mith'), [])
  t.same(await found('phone=0498765432'), [])
  const first = await ask(hub, '/api/profiles?limit=2')
  const rest = await ask(hub, `/api/profiles?limit=2&cursor=${first.json.cursor}`)
  t.equal(new Set([...first.json.items, ...rest.json.items].map(({ id }) => id)).size, 3)
  t.equal(rest.json.cursor, null)
})

t.test('what cannot be looked for is refused with the reason', async t => {
  for (const query of ['phone=abc', 'email=abc', 'q=%20-', 'cursor=abc', 'limit=0', 'limit=1000']) {
    const { status, json } = await ask(hub, `/api/profiles?${query}`)
    t.match({ status, code: json.code }, { status: 400, code: 'bad_request' }, query)
  }
  t.equal((await ask(hub, '/api/profiles/019ab000-0000-7000-8000-000000000000')).status, 404)
  t.equal((await ask(hub, '/api/profiles/nonsense')).status, 400)
  t.equal((await fetch(`${hub.url}/api/profiles`)).status, 401)
  t.equal((await ask(hub, '/api/profiles', 'viewer')).status, 403)
})

t.test('a person is shown with their records and household', async t => {
  const [profile] = (await ask(hub, '/api/profiles?q=jane')).json.items
  const { json } = await ask(hub, `/api/profiles/${profile!.id}`)
  t.match(json, {
    displayName: 'Jane Smith',
    redirectedFrom: null,
    records: [{ source: 'shop', externalId: '1', kind: 'order', facts: { number: '1' }, because: 'the only record' }],
    household: [{ displayName: 'Bob Poe', shares: ['phone'] }],
  })
})

t.test('what happened with a person is told newest first, page by page, without a gap or a repetition', async t => {
  const [profile] = (await ask(hub, '/api/profiles?q=smithy')).json.items
  const page = async (query: string) =>
    (await ask(hub, `/api/profiles/${profile!.id}/timeline?${query}`)).json as unknown as Told
  const all = await page('limit=50')
  t.equal(all.items.length, 3)
  t.match(all.items[0], { kind: 'order', data: { source: 'shop' } })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const next: Told = await page(`limit=1${cursor && `&cursor=${cursor}`}`)
    seen.push(...next.items.map(({ id }) => id))
    cursor = next.cursor
  }
  t.same(
    seen,
    all.items.map(({ id }) => id),
  )
  t.equal((await ask(hub, `/api/profiles/${profile!.id}/timeline?cursor=abc`)).status, 400)
})

interface Told {
  items: { id: string; kind: string; data: unknown }[]
  cursor: string | null
}
