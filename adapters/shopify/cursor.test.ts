import { test } from 'tap'
import { cursorAt, cursorOf, placeOf, positionAt } from './cursor.ts'

test('a cursor comes back as it was written', t => {
  const place = {
    ...placeOf(null),
    orders: { since: '2026-11-01T00:00:00.000Z', after: 'eyJ4', last: '2026-11-02T00:00:00.000Z', rows: 7 },
    bulk: { of: 'customers' as const, id: 'gid://shopify/BulkOperation/1', offset: 12 },
  }
  t.strictSame(placeOf(cursorOf(place)), place)
  t.end()
})

test('a bare time is a place in orders, and customers were never read', t => {
  t.match(placeOf('2026-11-20T10:00:00Z'), {
    orders: positionAt('2026-11-20T10:00:00.000Z'),
    customers: { since: null, after: null },
  })
  t.end()
})

test('what cannot be read as a cursor begins anew', t => {
  for (const broken of ['', 'yesterday', '{', '{"orders":1}', 'null'])
    t.strictSame(placeOf(broken), placeOf(null), broken)
  t.end()
})

test('a read that is to begin at a time begins both collections there', t => {
  const place = placeOf(cursorAt(new Date('2026-11-20T10:00:00Z')))
  const at = positionAt('2026-11-20T10:00:00.000Z')
  t.strictSame([place.orders, place.customers, place.bulk], [at, at, null])
  t.end()
})
