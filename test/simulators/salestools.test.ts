import { test } from 'tap'
import { salesOrdersOf, salestoolsSimulator } from './salestools.ts'
import { worldOf } from './world.ts'

const now = (): Date => new Date('2026-11-20T10:00:00Z')
const world = worldOf({ seed: 1, now: now() })
const { orders, truth } = salesOrdersOf(world)

test('there are about 1,500 orders, the same each time, by the time of their last change', t => {
  t.ok(orders.length > 1350 && orders.length < 1700, `${orders.length}`)
  t.strictSame(salesOrdersOf(worldOf({ seed: 1, now: now() })), { orders, truth })
  t.not(JSON.stringify(salesOrdersOf(worldOf({ seed: 2, now: now() })).orders), JSON.stringify(orders))
  const times = orders.map(({ updatedAt }) => updatedAt.getTime())
  t.strictSame(
    times,
    times.toSorted((one, other) => one - other),
  )
  t.ok((times.at(-1) ?? 0) < world.madeFor.getTime())
  const together = Math.max(...[...Map.groupBy(times, time => time).values()].map(({ length }) => length))
  t.ok(together > 100, 'more than fit a page changed at one moment')
  t.end()
})

test('names are in one field and written in many ways; some have several phones, many no email', t => {
  const customers = orders.flatMap(({ customer }) => customer ?? [])
  const share = (is: (customer: (typeof customers)[number]) => boolean): number =>
    customers.filter(is).length / customers.length
  t.ok(share(({ name }) => name.includes(',')) > 0.3)
  t.ok(share(({ name }) => /\b(Mrs|Ms|Mr|Miss|Dr) /.test(name)) > 0.15)
  t.ok(share(({ phones }) => phones.length > 1) > 0.1)
  t.ok(share(({ email }) => email === null) > 0.3)
  t.ok(share(({ name, email, phones }) => name !== '' && (email !== null || phones.length > 0)) > 0.9)
  t.ok(customers.length < orders.length, 'and there are cash sales')
  const sold = orders.filter(({ soldBy }) => soldBy !== null).length / orders.length
  t.ok(sold > 0.6 && sold < 0.8, 'who sold it is noted of most')
  t.end()
})

test('the truth says who each customer is, and the demo caller is none of them', t => {
  const people = new Map(world.people.map(person => [person.id, person]))
  const named = orders.filter(({ customer }) => customer)
  t.strictSame(truth.map(({ externalId }) => externalId).sort(), named.map(({ id }) => id).sort())
  t.ok(truth.every(({ person }) => people.has(person)))
  const text = JSON.stringify(orders).replaceAll(/\s/g, '')
  t.notOk(text.includes('Whitlock') || text.includes('491570156'))
  t.end()
})

test('orders are placed, changed and deleted from outside, by default for the demo caller', async t => {
  const small = worldOf({ seed: 2, now: now(), people: 60 })
  const publicUrl = 'http://127.0.0.1:9'
  const vendor = await salestoolsSimulator.start({ publicUrl, adapter: 'st', world: small, seed: 2, now, speed: 1e9 })
  t.teardown(vendor.close)
  const control = async (body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${vendor.url}/simulator/orders`, { method: 'POST', body: JSON.stringify(body) })
    return (await answer.json()) as { id: string }
  }
  const { id } = await control({ dollars: 120, dueDollars: 20 })
  const last = (): unknown => vendor.orders().at(-1)
  t.match(last(), {
    ...{ id, version: 1, total: { amount: '120.00' }, balanceDue: { amount: '20.00', currency: 'AUD' } },
    customer: { name: 'Whitlock, Sarah', phones: ['+61491570156'] },
  })
  t.match(await control({ id, firstName: 'Mia', phone: '0400 000 001', email: null }), { id, version: 2 })
  t.match(last(), { customer: { name: 'Mia', phones: ['0400 000 001'], email: null } })
  t.match(await control({ id, deleted: true }), { version: 3, delivered: { attempts: 8, status: null } })
  t.match(last(), { deletedAt: now() })
})
