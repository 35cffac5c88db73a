import { test } from 'tap'
import type { Person } from '@switchboard/core'
import { toRecord, type Address, type Customer, type Order } from './order.ts'

const mia: Customer = {
  ...{ id: 'gid://shopify/Customer/1', firstName: 'Mia', lastName: 'Vella' },
  ...{ email: 'mia@example.com', phone: '0412 345 678', defaultAddress: null },
}

const order: Order = {
  ...{ id: 'gid://shopify/Order/1', name: '#1001', createdAt: new Date(0), updatedAt: new Date(0), isCancelled: false },
  ...{ financial: 'PAID', fulfillment: null, total: { amount: '12.50', currency: 'AUD' } },
  ...{ email: null, phone: null, customer: null, billing: null, shipping: null },
}

test('customer, payer and receiver are three people when they are three', t => {
  const people = peopleIn({
    customer: mia,
    billing: at('Noor', 'Haddad', '0411 000 111'),
    shipping: at('Ida', 'Rowntree', null),
  })
  t.strictSame(
    people.map(({ role, firstName, phones }) => [role, firstName, phones]),
    [
      ['customer', 'Mia', ['0412 345 678']],
      ['billing', 'Noor', ['0411 000 111']],
      ['shipping', 'Ida', []],
    ],
  )
  t.end()
})

test('an address that says nothing new about the customer is no second person', t => {
  const same = [
    at('Mia', 'Vella', '0412 345 678'),
    at(' MIA ', 'vella', '+61 412 345 678'),
    at(null, null, null, 'Mia Vella'),
  ]
  for (const billing of same)
    t.strictSame(
      peopleIn({ customer: mia, billing, shipping: billing }).map(({ role }) => role),
      ['customer'],
    )
  t.end()
})

test("an address with the customer's name adds its phone to a customer who gave none, and is its own person with another phone", t => {
  const billing = at('Mia', 'Vella', '02 5550 1111')
  const [only, ...others] = peopleIn({ customer: { ...mia, phone: null }, billing })
  t.strictSame([only?.phones, others], [['02 5550 1111'], []])
  t.strictSame(
    peopleIn({ customer: mia, billing }).map(({ role }) => role),
    ['customer', 'billing'],
  )
  const lettered = [at('Mia', 'Vella', '555-555-BILL'), at('Mia', 'Vella', '555-555-SHIP')] as const
  t.strictSame(peopleIn({ customer: null, billing: lettered[0], shipping: lettered[1] }).length, 2, 'letters count')
  t.end()
})

test('a guest is whoever is billed, with the email and phone of the order', t => {
  const order = { email: 'mia@example.com', phone: '0412 345 678', billing: at('Mia', 'Vella', null) }
  t.match(peopleIn(order), [{ role: 'billing', firstName: 'Mia', email: 'mia@example.com', phones: ['0412 345 678'] }])
  t.strictSame(peopleIn({ ...order, billing: null }), [
    { role: 'contact', externalId: null, email: 'mia@example.com', phones: ['0412 345 678'] },
  ])
  t.strictSame(peopleIn({}), [], 'a sale at the till to nobody')
  t.end()
})

test("an email typed for this order that is not the account's is a candidate of its own", t => {
  t.match(peopleIn({ customer: mia, email: 'other@example.com' })[1], { role: 'contact', email: 'other@example.com' })
  t.equal(peopleIn({ customer: mia, email: 'MIA@example.com' }).length, 1)
  t.equal(peopleIn({ customer: { ...mia, email: null }, email: 'typed@example.com' })[0]?.email, 'typed@example.com')
  t.end()
})

test('an account without a name or phone has those of its default address', t => {
  const bare: Customer = { ...mia, firstName: null, lastName: null, phone: null }
  t.match(peopleIn({ customer: { ...bare, defaultAddress: at(null, null, '0412 345 678', 'Mia Vella') } }), [
    { role: 'customer', firstName: null, name: 'Mia Vella', phones: ['0412 345 678'] },
  ])
  const other = peopleIn({ customer: { ...mia, phone: null, defaultAddress: at('Noor', 'Haddad', '0411 000 111') } })
  t.strictSame(other[0]?.phones, [], 'but not the phone of somebody else who lives there')
  t.end()
})

test('everybody has the address that names them, and an account its default one', t => {
  const home = living(at('Mia', 'Vella', null), '3/12 High St')
  const streets = (facts: Partial<Order>) => peopleIn(facts).map(({ role, address }) => [role, address?.street ?? null])
  const others = {
    billing: living(at('Noor', 'Haddad', '0411 000 111'), '1 Low St'),
    shipping: at('Ida', 'Rowntree', null),
  }
  t.strictSame(streets({ customer: { ...mia, defaultAddress: home }, ...others }), [
    ['customer', '3/12 High St'],
    ['billing', '1 Low St'],
    ['shipping', null],
  ])
  t.strictSame(streets({ customer: mia, billing: at('Mia', 'Vella', null), shipping: home }), [
    ['customer', '3/12 High St'],
  ])
  t.strictSame(streets({ customer: null, email: 'mia@example.com', billing: home }), [['billing', '3/12 High St']])
  const elsewhere = living(at('Noor', 'Haddad', null), '1 Low St')
  t.strictSame(streets({ customer: { ...mia, defaultAddress: elsewhere } }), [['customer', null]], "somebody else's")
  const unnamed = living(at(null, null, null), '3/12 High St')
  t.strictSame(streets({ customer: { ...mia, defaultAddress: unnamed } }), [['customer', '3/12 High St']])
  t.end()
})

test('of whom the shop shows nothing is hidden; of whom it shows a part is shown', t => {
  const roles = ['customer', 'contact', 'billing'] as const
  t.strictSame(toRecord(order, [...roles]).hidden, roles)
  const partly = toRecord({ ...order, customer: { ...mia, email: null, phone: null } }, [...roles])
  t.match(partly.people, [{ role: 'customer', firstName: 'Mia', email: null }])
  t.strictSame(partly.hidden, ['contact', 'billing'])
  t.notOk('hidden' in toRecord(order))
  t.end()
})

test('the status is in plain words, and both spellings of the shop say the same', t => {
  const statusOf = (financial: string | null, fulfillment: string | null, isCancelled = false): unknown =>
    toRecord({ ...order, financial, fulfillment, isCancelled }).facts['status' as never]
  t.equal(statusOf('PAID', 'UNFULFILLED'), 'paid, unfulfilled')
  t.equal(statusOf('paid', null), 'paid, unfulfilled')
  t.equal(statusOf('PARTIALLY_PAID', 'PARTIALLY_FULFILLED'), 'partially paid, partially fulfilled')
  t.equal(statusOf('partially_paid', 'partial'), 'partially paid, partially fulfilled')
  t.equal(statusOf('PAID', 'ON_HOLD'), 'paid, unfulfilled')
  t.equal(statusOf('MOONED', 'FULFILLED'), 'mooned, fulfilled', 'a word we do not know is passed on')
  t.equal(statusOf(null, 'FULFILLED'), 'fulfilled')
  t.equal(statusOf('REFUNDED', 'FULFILLED', true), 'cancelled')
  t.end()
})

function at(
  firstName: string | null,
  lastName: string | null,
  phone: string | null,
  name: string | null = null,
): Address {
  return { firstName, lastName, name, phone, place: null }
}

function living(address: Address, street: string): Address {
  return { ...address, place: { street, city: 'Newtown', region: 'NSW', postcode: '2042', country: 'AU' } }
}

function peopleIn(facts: Partial<Order>): Person[] {
  return toRecord({ ...order, ...facts }).people
}
