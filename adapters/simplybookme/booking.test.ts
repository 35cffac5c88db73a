import { test } from 'tap'
import type { Record } from '@switchboard/core'
import { restBooking, rpcBooking, toRecord } from './booking.ts'

const rest = {
  ...{ id: 2262, code: 'k3', is_confirmed: true, start_datetime: '2026-12-01 09:30:00' },
  ...{
    end_datetime: '2026-12-01 10:30:00',
    client_id: 51,
    status: 'confirmed',
    service: { id: 7, name: 'Final fitting' },
  },
  ...{ provider: { id: 3, name: 'Sam', email: null }, location: { id: 1, name: 'Marrickville' } },
  client: { id: 51, name: 'Ms Niamh O’Brien', email: 'niamh@example.com', phone: '0491 570 006' },
}

const rpc = {
  ...{ id: '2262', code: 'k3', is_confirm: '1', start_date: '2026-12-01 09:30:00', end_date: '2026-12-01 10:30:00' },
  ...{ client_id: '51', client: 'Ms Niamh O’Brien', client_email: 'niamh@example.com', client_phone: '0491 570 006' },
  ...{ event: 'Final fitting', unit: 'Sam' },
}

const askedAt = new Date('2026-11-20T10:00:00Z')

test('a booking is read from either API', t => {
  const record = {
    ...{ kind: 'booking', externalId: '2262', version: null, updatedAt: askedAt, deletedAt: null, isObserved: true },
    people: [
      {
        ...{ role: 'client', externalId: '51', name: 'Ms Niamh O’Brien' },
        ...{ email: 'niamh@example.com', phones: ['0491 570 006'] },
      },
    ],
    facts: {
      ...{ title: 'Final fitting', startsAt: '2026-11-30T22:30:00.000Z', endsAt: '2026-11-30T23:30:00.000Z' },
      ...{ timeZone: 'Australia/Sydney', status: 'confirmed', with: 'Sam', location: 'Marrickville' },
    },
  }
  t.strictSame(fromRest({}), record)
  t.strictSame(fromRpc({}), { ...record, facts: { ...record.facts, location: null } })
  t.end()
})

test('the name stays in its one field, to the letter', t => {
  const names = [
    'D’Angelo',
    "Siobhán O'Connor-Smith",
    'van der Berg, Mele',
    ' DR  ANA MARÍA DE LA CRUZ ',
    '梅',
    'Ana & Ben',
  ]
  for (const name of names) {
    const [person] = fromRest({ client: { ...rest.client, name } }).people
    t.equal(person?.name, name)
    t.equal(person?.firstName, undefined)
    t.equal(person?.lastName, undefined)
    t.equal(fromRpc({ client: name }).people[0]?.name, name)
  }
  t.end()
})

test('a booking of nobody names nobody, and one whose client is not shown hides the client', t => {
  t.strictSame(fromRest({ client: null, client_id: null }).people, [])
  t.equal(fromRest({ client: null, client_id: null }).hidden, undefined)
  t.strictSame(fromRest({ client: null }).people, [])
  t.strictSame(fromRest({ client: null }).hidden, ['client'], 'whom we knew stays')
  t.strictSame(fromRpc({ client: '', client_email: ' ', client_phone: null }).people, [])
  t.strictSame(fromRest({ client: { id: 51, name: '', phone: '123' } }).people[0], {
    ...{ role: 'client', externalId: '51', name: null, email: null, phones: ['123'] },
  })
  t.end()
})

test('statuses are in the hub’s words, and unknown ones in their own', t => {
  t.equal(statusOf(fromRest({ status: 'canceled' })), 'cancelled')
  t.equal(statusOf(fromRest({ status: 'Cancelled' })), 'cancelled')
  t.equal(statusOf(fromRest({ status: 'no_show' })), 'no show')
  t.equal(statusOf(fromRest({ status: null })), 'confirmed')
  t.equal(statusOf(fromRest({ status: null, is_confirmed: false })), 'not confirmed')
  t.equal(statusOf(fromRpc({})), 'confirmed')
  t.equal(statusOf(fromRpc({ is_confirm: '0' })), 'not confirmed')
  t.equal(statusOf(fromRpc({ is_confirm: 0, status: 'canceled' })), 'cancelled')
  t.end()
})

test('a time that is none is a reason, not a wrong time; a booking may have no end', t => {
  t.match(toRecord(restBooking.parse({ ...rest, start_datetime: 'soon' }), 'UTC', askedAt), {
    error: /starts at "soon"/,
  })
  t.match(toRecord(restBooking.parse({ ...rest, end_datetime: 'late' }), 'UTC', askedAt), { error: /ends at "late"/ })
  t.match(fromRest({ end_datetime: null }).facts, { endsAt: null })
  t.end()
})

test('an hour that spring skips and one that autumn repeats are read by the clock of the company', t => {
  const spring = { start_datetime: '2026-10-04 02:30:00', end_datetime: '2026-10-04 03:30:00' }
  t.match(fromRest(spring).facts, { startsAt: '2026-10-03T16:30:00.000Z', endsAt: '2026-10-03T16:30:00.000Z' })
  const autumn = { start_date: '2026-04-05 01:30:00', end_date: '2026-04-05 02:30:00' }
  t.match(fromRpc(autumn).facts, { startsAt: '2026-04-04T14:30:00.000Z', endsAt: '2026-04-04T15:30:00.000Z' })
  t.end()
})

function fromRest(change: object): Record {
  return asRecord(toRecord(restBooking.parse({ ...rest, ...change }), 'Australia/Sydney', askedAt))
}

function fromRpc(change: object): Record {
  return asRecord(toRecord(rpcBooking.parse({ ...rpc, ...change }), 'Australia/Sydney', askedAt))
}

function asRecord(read: ReturnType<typeof toRecord>): Record {
  if ('error' in read) throw new Error(read.error)
  return read
}

function statusOf(record: Record): unknown {
  return Reflect.get(record.facts, 'status')
}
