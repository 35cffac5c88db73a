import { test } from 'tap'
import { peopleOf } from './people.ts'
import { randomOf } from './random.ts'
import { worldOf, type WorldAddress } from './world.ts'

const now = new Date('2026-11-20T10:00:00Z')
const world = worldOf({ seed: 1, now })

test('the same seed and day give the same world to the letter, other seeds another', t => {
  t.same(worldOf({ seed: 1, now: new Date('2026-11-20T23:59:59Z') }), world)
  t.notSame(worldOf({ seed: 2, now }).orders[0], world.orders[0])
  t.end()
})

test('the demo shop has several thousand rows, oldest change first, none from the future', t => {
  t.ok(world.orders.length > 3600 && world.orders.length < 4600, `${world.orders.length} orders`)
  t.ok(
    world.appointments.length > 1200 && world.appointments.length < 1900,
    `${world.appointments.length} appointments`,
  )
  for (const rows of [world.orders, world.appointments]) {
    const times = rows.map(row => row.updatedAt.getTime())
    t.strictSame(
      times,
      times.toSorted((one, other) => one - other),
    )
    t.ok((times.at(-1) ?? 0) < now.getTime())
    t.equal(new Set(rows.map(row => row.id)).size, rows.length, 'ids are unique')
  }
  t.ok(world.orders.every(order => order.placedAt <= order.updatedAt))
  t.ok(
    world.orders.every(order => !Number.isSafeInteger(Number(order.id))),
    'order ids are too large for a double',
  )
  t.end()
})

test('people are invented: their emails cannot exist', t => {
  const emails = [
    ...world.orders.flatMap(order => [order.email, order.customer?.email]),
    ...world.appointments.flatMap(({ primary, partner }) => [primary.email, partner?.email]),
  ].filter(email => typeof email === 'string')
  t.ok(emails.length > 4000)
  t.strictSame(
    emails.filter(email => !/@([a-z-]+\.)*example\.(com|net|org|test)$/i.test(email)),
    [],
  )
  t.end()
})

test('it has what makes matching hard', t => {
  const phones = world.orders
    .flatMap(order => [order.customer?.phone, order.billing?.phone])
    .filter(phone => typeof phone === 'string')
  const forms = [
    /^04\d{8}$/,
    /^04\d\d \d{3} \d{3}$/,
    /^\+61 4/,
    /^\(04\) \d{4} \d{4}$/,
    /^614\d{8}$/,
    /^\+44/,
    /^\+1/,
    /^\+64/,
  ]
  for (const form of forms)
    t.ok(
      phones.some(phone => form.test(phone)),
      String(form),
    )
  const desk = world.orders.filter(order => order.email === world.shop.email)
  t.equal(desk.length, 300, 'an internal account')
  t.ok(new Set(desk.map(order => nameOf(order.billing))).size > 50, 'under many names')
  t.ok(
    world.orders.some(order => order.billing?.name),
    'names crammed into one field',
  )
  t.ok(
    world.orders.some(order => !order.email && !order.customer && !order.billing),
    'rows that say nothing',
  )
  const payers = world.orders.filter(
    order =>
      order.customer && order.billing && nameOf(order.billing) !== nameOf({ ...order.billing, ...order.customer }),
  )
  t.ok(payers.length > 100, 'paid by others')
  t.ok(world.appointments.some(({ primary, partner }) => partner && !partner.phone && primary.phone))
  t.ok(world.appointments.filter(({ deletedAt }) => deletedAt).length > 5)
  t.end()
})

test('six in a hundred people share one email with their other half, and half of those one name and phone', t => {
  const people = peopleOf(randomOf(1), 20_000)
  const byId = new Map(people.map(person => [person.id, person]))
  const couples = people.flatMap(one => {
    const other = byId.get(one.partnerId ?? '')
    return other && one.id < other.id ? [[one, other] as const] : []
  })
  const share = (2 * couples.length) / people.length
  t.ok(share > 0.05 && share < 0.07, `${share} live in couples`)
  t.ok(couples.every(([one, other]) => one.email === other.email && one.firstName !== other.firstName))
  const close = couples.filter(([one, other]) => one.phone?.e164 === other.phone?.e164)
  t.ok(close.length > couples.length * 0.45 && close.length < couples.length * 0.55)
  t.ok(close.every(([one, other]) => one.lastName === other.lastName))
  const alone = people.filter(person => person.partnerId === null)
  t.equal(new Set(alone.map(person => person.email)).size, alone.length, 'nobody else shares an email')
  t.end()
})

test('everybody has one home, couples share it, and it is written in several ways', t => {
  const { people } = world
  const byId = new Map(people.map(person => [person.id, person]))
  const couples = people.filter(({ partnerId }) => partnerId !== null)
  t.ok(couples.length > 100)
  t.ok(couples.every(({ home, partnerId }) => byId.get(partnerId ?? '')?.home === home))
  const doors = new Map(people.map(({ home }) => [Object.values(home).join(), home]))
  t.ok(doors.size > 0.93 * people.length, `few strangers share a door: ${doors.size}`)
  const written = world.orders.flatMap(({ billing }) => (billing ? [billing] : []))
  for (const form of [/^\d+\/\d+ /, /^Unit \d+, \d+ /, /^Apt \d+ \d+ /, /St$/, /Street$/, /^\d+ [A-Z' ]+$/])
    t.ok(
      written.some(({ street }) => form.test(street)),
      String(form),
    )
  t.ok(
    written.some(({ unit }) => unit?.startsWith('Unit ')),
    'the second line',
  )
  const mine = world.orders.filter(order => order.email === world.demoCaller.email).map(({ billing }) => billing?.zip)
  t.equal(new Set(mine).size, 1, 'the demo caller did not move')
  t.end()
})

test('the demo caller has four orders and an appointment to come, all under one phone', t => {
  const { demoCaller, truth, orders, appointments } = world
  t.equal(demoCaller.firstName, 'Sarah')
  const mine = truth.filter(({ person }) => person === 'person_demo').map(({ externalId }) => externalId)
  const ordered = orders.filter(order => mine.includes(`gid://shopify/Order/${order.id}`))
  t.equal(ordered.length, 4)
  for (const order of ordered) t.equal(`+61${order.billing?.phone?.replace(/\D/g, '').slice(-9)}`, demoCaller.phone)
  const next = appointments.filter(appointment => mine.includes(appointment.id) && appointment.startsAt > now)
  t.equal(next.length, 1)
  const tomorrow = worldOf({ seed: 1, now: new Date('2026-11-21T10:00:00Z') }).appointments.at(-1)
  t.ok(tomorrow && next[0] && tomorrow.id === next[0].id && tomorrow.version > next[0].version, 'and it moves along')
  t.end()
})

test('the truth names somebody for every person in a row', t => {
  const known = new Set(world.truth.map(({ externalId, role }) => `${externalId} ${role}`))
  for (const { id, customer, billing, shipping } of world.orders)
    for (const [role, who] of Object.entries({ customer, billing, shipping }))
      if (who && !known.has(`gid://shopify/Order/${id} ${role}`)) t.fail(`${id} ${role}`)
  for (const { id, partner } of world.appointments)
    for (const role of partner ? ['primary', 'partner'] : ['primary'])
      if (!known.has(`${id} ${role}`)) t.fail(`${id} ${role}`)
  t.ok(known.size > 10_000)
  t.end()
})

function nameOf(address: Pick<WorldAddress, 'firstName' | 'lastName' | 'name'> | null): string {
  return (address?.name ?? `${address?.firstName} ${address?.lastName}`).trim().toLowerCase()
}
