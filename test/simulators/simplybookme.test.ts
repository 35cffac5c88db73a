import { test } from 'tap'
import { bookingsOf } from './bookings.ts'
import { simplybookmeSimulator, type RunningSimplybookme } from './simplybookme.ts'
import { worldOf } from './world.ts'

test('a world has some 1,200 bookings with the truth about each, the same for the same seed', t => {
  const now = new Date('2026-11-20T10:00:00Z')
  const world = worldOf({ seed: 7, now })
  const { bookings, truth } = bookingsOf(world)
  t.ok(bookings.length > 1100 && bookings.length < 1300)
  t.strictSame(
    truth.map(({ externalId }) => externalId),
    bookings.map(({ id }) => id),
  )
  t.strictSame(bookingsOf(worldOf({ seed: 7, now })), { bookings, truth })
  const people = new Set([...world.people.map(({ id }) => id), 'person_demo'])
  t.ok(truth.every(({ person }) => people.has(person)))
  const hers = bookings.filter(({ client }) => client.name === 'Sarah Whitlock')
  t.strictSame(
    hers.map(({ start }) => start.slice(0, 10)),
    ['2026-05-01'],
    'the demo caller was there once, long ago',
  )
  t.ok(
    bookings.some(({ client }) => /^(Dr|Mrs) /.test(client.name)) &&
      bookings.some(({ client }) => client.name.includes(',')),
  )
  t.end()
})

test('REST asks for a token, and gives pages by the start of the bookings', async t => {
  const { vendor, rest } = await demo(t)
  t.equal((await rest('bookings', 'none')).status, 401)
  const one = await rest('bookings?page=1&on_page=5')
  const two = await rest('bookings?page=2&on_page=5')
  const rows = [...one.rows, ...two.rows]
  t.equal(rows.length, 10)
  t.strictSame(
    rows.map(row => row['start_datetime']),
    vendor
      .bookings()
      .map(({ start }) => start)
      .sort()
      .slice(0, 10),
  )
  t.match(one.body, { metadata: { items_count: vendor.bookings().length, page: 1, on_page: 5 } })
  t.equal((await rest('bookings?on_page=101')).status, 400)
  const { id } = vendor.book({ startsAt: '2026-12-01 09:30', name: 'Dr Ana O’Neill' }).booking
  t.match((await rest(`bookings/${id}`)).body, {
    id: Number(id),
    start_datetime: '2026-12-01 09:30:00',
    client: { name: 'Dr Ana O’Neill' },
  })
  const thatDay = (await rest('bookings?filter[date]=2026-12-01')).rows
  t.ok(thatDay.some(row => row['id'] === Number(id)))
  t.ok(thatDay.every(row => String(row['start_datetime']).startsWith('2026-12-01')))
  vendor.remove(id)
  t.equal((await rest(`bookings/${id}`)).status, 404)
})

test('upcoming is what starts from now on, by the clock on the wall of the company', async t => {
  const { vendor, rest } = await demo(t)
  const past = vendor.book({ startsAt: '2026-11-20 20:59:59' }).booking.id
  const next = vendor.book({ startsAt: '2026-11-20T10:00:00Z' }).booking
  t.equal(next.start, '2026-11-20 21:00:00', 'ten in the morning in UTC is nine in the evening in Sydney')
  const ids = (await rest('bookings?filter[upcoming_only]=1&on_page=100')).rows.map(row => String(row['id']))
  t.ok(ids.includes(next.id))
  t.notOk(ids.includes(past))
})

test('tokens live an hour; errors of JSON-RPC come with status 200, in `error`', async t => {
  const { vendor, rpc, wait } = await demo(t)
  vendor.book({ startsAt: '2026-11-24 09:30:00' })
  const { body } = await rpc('getBookings', [{ date_from: '2026-11-01', date_to: '2026-11-30', booking_type: 'all' }])
  const rows = body['result'] as { [field: string]: unknown }[]
  t.ok(rows.length > 0)
  t.ok(rows.every(row => String(row['start_date']).startsWith('2026-11') && typeof row['id'] === 'string'))
  t.match(await rpc('getMoon', []), { status: 200, body: { error: { code: -32601 } } })
  wait(3_599_999)
  t.match((await rpc('getEventList', [])).body, { result: {} })
  wait(1)
  t.match(await rpc('getEventList', []), { status: 200, body: { error: { message: 'Access denied' } } })
  t.equal(vendor.tokensGranted(), 1)
})

test('a shifted page: a booking is squeezed in before it, and gone the next time', async t => {
  const { vendor, rest } = await demo(t)
  const before = vendor.bookings().length
  const counts: unknown[] = []
  vendor.faults.force('shiftedPage', 2)
  for (const page of [1, 2, 3]) {
    const { body } = await rest(`bookings?page=${page}&on_page=5`)
    counts.push((body['metadata'] as { items_count: number }).items_count - before)
  }
  t.strictSame(counts, [0, 1, 0])
})

test('bookings are made, changed, called off and removed from outside, and tokens ended', async t => {
  const { vendor } = await demo(t)
  const control = async (path: string, body: object): Promise<{ [field: string]: unknown }> => {
    const answer = await fetch(`${vendor.url}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
    return (await answer.json()) as { [field: string]: unknown }
  }
  const { id } = await control('bookings', { name: 'Ada Byron', startsAt: '2026-12-01 09:30:00' })
  t.match(vendor.bookings().at(-1), { id, client: { name: 'Ada Byron' }, start: '2026-12-01 09:30:00' })
  await control('bookings', { id, status: 'canceled' })
  t.match(vendor.bookings().at(-1), { id, status: 'canceled' })
  await control('bookings', { id, deleted: true })
  t.notOk(vendor.bookings().some(booking => booking.id === id))
  t.notMatch(vendor.book().booking.id, id, 'no id is given twice')
  t.match(await control('tokens', { seconds: 60 }), { granted: 0 })
})

test('many changes are each at a booking of its own, and no two rounds are the same', async t => {
  const { vendor } = await demo(t)
  const ids = await vendor.many(60)
  t.equal(new Set(ids).size, 60)
  t.notSame(await vendor.many(60), ids)
})

interface Answer {
  status: number
  body: { [field: string]: unknown }
  rows: { [field: string]: unknown }[]
}

interface Demo {
  vendor: RunningSimplybookme
  wait(ms: number): void
  rest(path: string, token?: string): Promise<Answer>
  rpc(method: string, params: unknown[]): Promise<Answer>
}

async function demo(t: { teardown(end: () => unknown): void }): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const world = worldOf({ seed: 2, now: now(), people: 90 })
  const vendor = await simplybookmeSimulator.start({
    publicUrl: 'http://127.0.0.1:9',
    adapter: 'sbm',
    world,
    seed: 2,
    now,
  })
  t.teardown(vendor.close)
  const { company, userLogin, userPassword } = simplybookmeSimulator.options as { [name: string]: string }
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(vendor.url + path, init)
    const body = (await answer.json()) as Answer['body']
    return { status: answer.status, body, rows: (body['data'] ?? []) as Answer['rows'] }
  }
  let token: string | undefined
  const rest: Demo['rest'] = async (path, given) => {
    const body = JSON.stringify({ company, login: userLogin, password: userPassword })
    token ??= String((await ask('/rest/admin/auth', { method: 'POST', body })).body['token'])
    return ask(`/rest/admin/${path}`, { headers: { 'x-company-login': company ?? '', 'x-token': given ?? token } })
  }
  const call = (path: string, method: string, params: unknown[]): Promise<Answer> =>
    ask(path, {
      method: 'POST',
      headers: { 'x-company-login': company ?? '', 'x-user-token': token ?? '' },
      body: JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 }),
    })
  const rpc: Demo['rpc'] = async (method, params) => {
    token ??= String((await call('/rpc/login', 'getUserToken', [company, userLogin, userPassword])).body['result'])
    return call('/rpc/admin/', method, params)
  }
  return { vendor, rest, rpc, wait: ms => void (at += ms) }
}
