import type { Directory } from '@switchboard/core'
import t from 'tap'
import { makeDirectory } from './directory.ts'
import { empty, match, noon, put, testStore, type TestRecord } from './test-records.ts'

const { store } = await testStore(t)
const directory = makeDirectory({ region: 'AU', now: () => noon })
t.beforeEach(() => empty(store))

const hour = 60 * 60 * 1000
const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
const john = { firstName: 'John', lastName: 'Smith', email: 'john@x.example', phones: ['0498 765 432'] }

t.test('a known caller is shown with the last three orders, newest first, and what we were told when', async t => {
  await known(...[1, 4, 2, 3].map(day => order(`#${day}`, `2026-11-0${day}T10:00:00Z`)))
  const card = await call('0412345678')
  t.match(card, { displayName: 'Jane Smith', phone: '+61412345678', place: 'Australia', promises: [], notes: [] })
  t.same(
    card.orders.map(({ number }) => number),
    ['#4', '#3', '#2'],
  )
  t.same(card.orders[0], {
    number: '#4',
    placedAt: '2026-11-04T10:00:00Z',
    total: { amount: '398.00', currency: 'AUD' },
    status: 'PAID',
    source: 'shop',
    asOf: noon.toISOString(),
  })
  t.same(card.reasons, ['this phone is on 4 of their 4 records', 'nobody else has it'])
  t.equal(card.confidence, 0.99)
})

t.test('an order without a total has none', async t => {
  await known({
    ...order('#1', '2026-11-01T10:00:00Z'),
    facts: { number: '#1', placedAt: '2026-11-01T10:00:00Z', total: null, status: 'PAID' },
  })
  t.match((await call('0412345678')).orders, [{ total: null }])
})

t.test('the next appointment comes first, then the last; a cancelled one is not next', async t => {
  const appointment = (externalId: string, hours: number, status = 'booked'): TestRecord => ({
    externalId,
    kind: 'appointment',
    people: [{ role: 'primary', ...jane }],
    facts: {
      title: externalId,
      startsAt: new Date(noon.getTime() + hours * hour).toISOString(),
      endsAt: null,
      timeZone: null,
      status,
      with: 'Kim',
      location: null,
    },
  })
  await known(
    appointment('far', 90),
    appointment('soon', 30),
    appointment('off', 5, 'cancelled'),
    appointment('long ago', -90),
    appointment('lately', -3),
  )
  const { bookings } = await call('0412345678')
  t.match(bookings, [
    { when: 'next', title: 'soon', with: 'Kim', source: 'shop' },
    { when: 'last', title: 'lately' },
  ])
})

t.test('a shared phone shows who has most records on it, less surely, and the others as household', async t => {
  await known(
    order('1', '2026-11-01T10:00:00Z'),
    order('2', '2026-11-02T10:00:00Z'),
    order('3', '2026-11-03T10:00:00Z'),
    {
      externalId: 'b',
      people: [{ firstName: 'Bob', lastName: 'Poe', email: 'bob@x.example', phones: jane.phones }],
    },
  )
  const card = await call('0412345678')
  t.match(card, {
    displayName: 'Jane Smith',
    reasons: ['this phone is on 3 of their 3 records', 'shared with 1 other person'],
  })
  t.equal(card.confidence, 0.74)
  t.match(card.household, [{ displayName: 'Bob Poe', shares: ['phone'] }])
})

t.test('of two with as many records on a phone the one who was seen last is shown', async t => {
  const bob = { externalId: 'b', people: [{ firstName: 'Bob', lastName: 'Poe', phones: jane.phones }] }
  await known({ ...order('1', '2026-11-01T10:00:00Z'), updatedAt: new Date(noon.getTime() - hour) }, bob)
  t.match(await call('0412345678'), { displayName: 'Bob Poe' })
})

t.test('the partner in an appointment is household, and so is who shares an email', async t => {
  await known(
    {
      externalId: 'a',
      kind: 'appointment',
      people: [
        { role: 'primary', ...jane },
        { role: 'partner', ...john },
      ],
      facts: { title: 'fitting', startsAt: noon.toISOString(), status: 'booked' },
    },
    { externalId: 'b', people: [{ firstName: 'Bob', lastName: 'Poe', email: jane.email, phones: ['0298765432'] }] },
  )
  const { household } = await call('0412345678')
  t.same(
    household
      .map(({ displayName, shares }) => ({ displayName, shares }))
      .toSorted((a, b) => (a.displayName < b.displayName ? -1 : 1)),
    [
      { displayName: 'Bob Poe', shares: ['email'] },
      { displayName: 'John Smith', shares: ['appointment'] },
    ],
  )
})

t.test('records held together by a weak link are said to be', async t => {
  await known(
    { externalId: 'a', people: [{ firstName: 'Jane', phones: jane.phones }] },
    { externalId: 'b', people: [{ firstName: 'Bob', email: 'b@x.example', phones: jane.phones }] },
  )
  const { reasons, confidence } = await call('0412345678')
  t.match(reasons[2], /^their records belong together with at least 99\.5 % certainty$/)
  t.equal(confidence, 0.98)
})

t.test(
  'an unknown number tells its country, a withheld or strange one tells nothing, and none of them fails',
  async t => {
    t.match(await call('+442079460958'), {
      profileId: null,
      displayName: null,
      phone: '+442079460958',
      place: 'United Kingdom',
      confidence: 0,
      reasons: ['no record has this number'],
    })
    t.same(await call(null), {
      profileId: null,
      displayName: null,
      phone: null,
      place: null,
      confidence: 0,
      reasons: [],
      household: [],
      orders: [],
      bookings: [],
      promises: [],
      notes: [],
    })
    for (const strange of [
      'anonymous',
      'client:staff_1',
      '',
      '+',
      'sip:0412345678@pbx.example',
      '\u0000',
      '9'.repeat(500),
    ])
      t.match(await call(strange), { profileId: null, displayName: null, place: null }, JSON.stringify(strange))
  },
)

t.test('a number is read in the region of the install', async t => {
  const american = makeDirectory({ region: 'US', now: () => noon })
  t.match(await store.read(tx => american.card(tx, '(212) 555-0123')), {
    phone: '+12125550123',
    place: 'United States',
  })
})

t.test('a person on an internal account of thousands of records is found all the same', async t => {
  const many = Array.from({ length: 2500 }, (_, at) => ({
    ...order(String(at), '2026-11-01T10:00:00Z'),
    updatedAt: new Date(noon.getTime() - at),
  }))
  await known(...many)
  t.match(await call('0412345678'), {
    displayName: 'Jane Smith',
    orders: { length: 3 },
    reasons: ['this phone is on 2000 or more of their 2500 records', 'nobody else has it'],
  })
})

t.test('who has a phone or an email is found, the likeliest first, and how they can be reached', async t => {
  const other: TestRecord = {
    ...order('#9', '2026-11-01T10:00:00Z'),
    people: [{ firstName: 'Bob', lastName: 'Poe', email: 'bob@x.example', phones: jane.phones }],
  }
  await known(order('#1', '2026-11-01T10:00:00Z'), order('#2', '2026-11-02T10:00:00Z'), other)
  const holders = (handle: string) => store.read(async tx => (await directory.holders?.(tx, handle)) ?? [])
  const found = await holders('0412345678')
  t.match(found, [{ displayName: 'Jane Smith' }, { displayName: 'Bob Poe' }])
  t.ok(found[0]!.confidence > found[1]!.confidence)
  t.match(await holders('JANE+tag@x.example'), [{ displayName: 'Jane Smith', confidence: 0.99 }])
  t.same(await holders('nobody at all'), [])
  const reach = await store.read(async tx => directory.reach?.(tx, [found[0]!.profileId, 'nonsense']))
  t.match(reach, [{ displayName: 'Jane Smith', phones: ['+61412345678'], emails: ['jane@x.example'] }])
  t.equal(reach?.length, 1)
  t.same(await store.read(async tx => directory.likely?.(tx, 10)), ['+61412345678', '+61412345678'])
})

function order(externalId: string, placedAt: string): TestRecord {
  return {
    externalId,
    people: [jane],
    facts: { number: externalId, placedAt, total: { minor: 39800, currency: 'AUD' }, status: 'PAID' },
  }
}

async function known(...records: TestRecord[]): Promise<void> {
  await put(store, ...records)
  await match(store)
}

function call(phone: string | null): ReturnType<Directory['card']> {
  return store.read(tx => directory.card(tx, phone))
}
