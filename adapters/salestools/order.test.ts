import { test } from 'tap'
import { z } from '@switchboard/core'
import { orderRow, toRecord } from './order.ts'

const bare = {
  id: 'ord_1',
  version: 1,
  status: 'open',
  ordered_at: '2026-11-20',
  updated_at: '2026-11-20T18:05:00.123Z',
}

test('an order is a customer with one name and several phones, as they were typed', t => {
  const customer = {
    id: 'cst_9',
    name: ' Quill,  Mara',
    email: '',
    phones: ['0491 570 157', '', null, '(02) 5550 2200'],
  }
  t.strictSame(recordOf({ customer }).people, [
    {
      ...{ role: 'customer', externalId: 'cst_9', name: ' Quill,  Mara', email: null },
      ...{ phones: ['0491 570 157', '(02) 5550 2200'], address: null },
    },
  ])
  t.strictSame(recordOf({ customer: { phones: ['0491 570 157'] } }).people[0]?.phones, ['0491 570 157'])
  for (const nobody of [null, undefined, {}, { id: 'cst_9', name: ' ', phones: [] }])
    t.strictSame(recordOf({ customer: nobody }).people, [])
  t.end()
})

test('a customer has the address as it was typed; one that says nothing but a country is none, and nobody is an address alone', t => {
  const address = { street: 'Unit 3, 12 High St', city: 'Newtown', region: 'NSW', postcode: '2042', country: 'AU' }
  const addressOf = (given: unknown): unknown =>
    recordOf({ customer: { name: 'Mara', address: given } }).people[0]?.address
  t.strictSame(addressOf(address), address)
  t.strictSame(addressOf({ postcode: '2042' }), { ...address, street: null, city: null, region: null, country: null })
  for (const none of [null, undefined, {}, { street: ' ', country: 'AU' }]) t.equal(addressOf(none), null)
  t.strictSame(recordOf({ customer: { address } }).people, [])
  t.end()
})

test('an order says in words what is still to be paid', t => {
  const total = { amount: '240.00', currency: 'AUD' }
  const statusOf = (more: object): unknown => recordOf({ total, status: 'in_alterations', ...more }).facts['status']
  t.equal(statusOf({ balance_due: { amount: '120.00', currency: 'AUD' } }), 'in alterations, AUD 120.00 due')
  t.equal(statusOf({ balance_due: '7.5' }), 'in alterations, AUD 7.50 due')
  t.equal(statusOf({ balance_due: 7 }), 'in alterations, AUD 7.00 due')
  t.equal(statusOf({ balance_due: { amount: '500', currency: 'jpy' } }), 'in alterations, JPY 500 due')
  for (const nothing of ['0.00', '-5.00', null, undefined, { amount: 0, currency: 'AUD' }])
    t.equal(statusOf({ balance_due: nothing }), 'in alterations')
  t.equal(statusOf({ total: null, balance_due: '7.50' }), 'in alterations', 'in no currency that we know of')
  t.end()
})

test('an order has its number, its time and its total; a day alone is its noon in UTC', t => {
  const total = { amount: '1250.00', currency: 'USD' }
  t.match(recordOf({ number: 'S-1001', total }), {
    ...{ kind: 'order', externalId: 'ord_1', version: 1, deletedAt: null },
    facts: { number: 'S-1001', placedAt: '2026-11-20T12:00:00.000Z', total: { minor: 125_000, currency: 'USD' } },
  })
  t.match(recordOf({ ordered_at: '2026-11-20T09:30:00+11:00' }).facts, {
    ...{ number: 'ord_1', placedAt: '2026-11-19T22:30:00.000Z', total: null, status: 'open' },
  })
  t.end()
})

test('an order says who sold it, where the tool knows', t => {
  const soldBy = (staff: unknown): unknown => recordOf({ staff }).facts['soldBy']
  t.equal(soldBy({ id: 'stf_2', name: 'Sam Reed' }), 'Sam Reed')
  for (const nobody of [null, undefined, {}, { id: 'stf_2', name: ' ' }])
    t.notOk('soldBy' in recordOf({ staff: nobody }).facts)
  t.end()
})

test('what is no amount, no time or no currency is named', t => {
  const placeOf = (more: object): unknown => {
    const { error } = orderRow.safeParse({ ...bare, ...more })
    return error && z.prettifyError(error)
  }
  t.match(placeOf({ total: { amount: 'a lot', currency: 'AUD' } }), /"a lot" is not an amount of money\s+→ at total/)
  t.match(placeOf({ total: { amount: '1.00', currency: 'dollars' } }), /currency code/)
  t.match(placeOf({ total: { amount: '1.00', currency: 'AUD' }, balance_due: 'half' }), /"half" is not an amount/)
  t.match(placeOf({ ordered_at: 'last week' }), /at ordered_at/)
  t.end()
})

function recordOf(more: object): {
  people: { phones?: string[]; address?: unknown }[]
  facts: { [name: string]: unknown }
} {
  const row = orderRow.parse({ ...bare, ...more })
  const head = { externalId: row.id, version: row.version, updatedAt: row.updated_at, deletedAt: row.deleted_at }
  return toRecord(row, head) as unknown as ReturnType<typeof recordOf>
}
