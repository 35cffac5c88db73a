import { test } from 'tap'
import { toContact, type Account } from './customer.ts'

const mia: Account = {
  ...{ id: 'gid://shopify/Customer/1', firstName: 'Mia', lastName: 'Vella', email: 'mia@example.com', phone: null },
  ...{ note: 'Prefers mornings', tags: ['vip'], defaultAddress: null },
  ...{ createdAt: new Date('2025-01-02T03:04:05Z'), updatedAt: new Date('2026-01-02T03:04:05Z') },
}
const nobody: Account = { ...mia, firstName: null, lastName: null, email: null }

test('a customer is a contact with one person, who has the same id', t => {
  t.strictSame(toContact(mia), {
    ...{ kind: 'contact', externalId: mia.id, version: null, updatedAt: mia.updatedAt, deletedAt: null },
    people: [
      {
        ...{ role: 'customer', externalId: mia.id, firstName: 'Mia', lastName: 'Vella', name: null },
        ...{ email: 'mia@example.com', phones: [], address: null },
      },
    ],
    facts: { note: 'Prefers mornings', tags: ['vip'], since: '2025-01-02T03:04:05.000Z' },
  })
  t.end()
})

test('a customer who says nothing is one without a name; one who is denied is hidden; one who is denied in part is shown', t => {
  t.match(toContact(nobody).people, [{ role: 'customer', externalId: mia.id, email: null }])
  t.notOk('hidden' in toContact(nobody))
  t.match(toContact(nobody, true), { people: [], hidden: ['customer'] })
  t.match(toContact({ ...mia, email: null }, true), { people: [{ firstName: 'Mia' }] })
  t.notOk('hidden' in toContact({ ...mia, email: null }, true))
  t.end()
})
