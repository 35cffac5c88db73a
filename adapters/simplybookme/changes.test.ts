import { test } from 'tap'
import { demo, idsIn, pagesOf } from './testing.ts'

test('the full window is read once a day, and in between only what is near', async t => {
  for (const api of ['rest', 'rpc'] as const) {
    const { vendor, source, wait } = await demo(t, { api })
    const near = vendor.bookings().filter(({ start }) => start >= '2026-11-19')
    const first = await pagesOf(source, null)
    t.strictSame(idsIn(first).sort(), ids(vendor.bookings()), 'all')
    wait(23 * 3_600_000)
    const cursor = first.at(-1)?.cursor ?? null
    const second = await pagesOf(source, cursor)
    const soon = near.filter(({ start }) => start >= '2026-11-20' && (api === 'rest' || start < '2027-01-21'))
    t.strictSame(idsIn(second).sort(), ids(soon), `${api}: from yesterday on`)
    t.ok(soon.length < vendor.bookings().length / 3)
    t.equal(second.at(-1)?.cursor, cursor, 'no further than it was')
    wait(3_600_000)
    t.equal(idsIn(await pagesOf(source, cursor)).length, vendor.bookings().length, 'a day after the last')
  }
})

test('a read that was cut short begins with the full window again', async t => {
  const { vendor, source } = await demo(t)
  for await (const { cursor } of source.changes(null)) {
    t.equal(idsIn(await pagesOf(source, cursor)).length, vendor.bookings().length)
    break
  }
  t.equal(idsIn(await pagesOf(source, 'no cursor of ours')).length, vendor.bookings().length)
})

test('a cancelled booking stays, and says so', async t => {
  const { vendor, source } = await demo(t)
  const { id } = vendor.book({ startsAt: '2026-12-01 09:30:00' }).booking
  vendor.cancel(id)
  for (const pages of [await pagesOf(source, null), await pagesOf(source, '{"fullAt":"2026-11-20T09:00:00.000Z"}')]) {
    const record = pages.flatMap(page => page.records).find(({ externalId }) => externalId === id)
    t.match(record, { deletedAt: null, facts: { status: 'cancelled', startsAt: '2026-11-30T22:30:00.000Z' } })
  }
})

test('a list that shifts while it is read loses nothing, and is read until it holds still', async t => {
  const { vendor, source } = await demo(t)
  const old = vendor.bookings().map(({ id }) => id)
  // One ahead of everything goes after the second page, so what the third begins with was to be on the second.
  const first = vendor.book({ startsAt: '2020-01-01 09:00:00' }).booking.id
  const happenings = [() => vendor.remove(first), () => vendor.book({ startsAt: '2020-01-02 09:00:00' })]
  vendor.betweenPages(() => void happenings.shift()?.())
  const pages = await pagesOf(source, null)
  t.equal(happenings.length, 0)
  t.strictSame(
    old.filter(id => !idsIn(pages).includes(id)),
    [],
  )
  t.strictSame(
    pages.at(-1)?.whole?.externalIds.sort(),
    vendor
      .bookings()
      .map(({ id }) => id)
      .sort(),
  )
  t.equal(new Set(idsIn(pages)).size, idsIn(pages).length, 'and no row that stayed as it was comes twice')
})

test('as many come at the end as go at the beginning: that is noticed too, although the list stays as long', async t => {
  const { vendor, source } = await demo(t)
  const old = vendor.bookings().map(({ id }) => id)
  const first = Array.from({ length: 10 }, () => vendor.book({ startsAt: '2020-01-01 09:00:00' }).booking.id)
  let isDone = false
  vendor.betweenPages(() => {
    if (isDone) return
    isDone = true
    for (const id of first) vendor.remove(id)
    for (const _ of first) vendor.book({ startsAt: '2027-10-01 09:00:00' })
  })
  const pages = await pagesOf(source, null)
  t.strictSame(
    old.filter(id => !idsIn(pages).includes(id)),
    [],
  )
})

test('a row that changes between two passes is told again, as it became', async t => {
  const { vendor, source, wait } = await demo(t)
  const [{ id = '' } = {}] = vendor.bookings().sort((one, other) => (one.start < other.start ? -1 : 1))
  const happenings = [
    () => vendor.change(id, { name: 'Dr Ana O’Neill' }),
    () => vendor.book({ startsAt: '2020-01-02 09:00:00' }),
  ]
  vendor.betweenPages(() => {
    wait(1000)
    happenings.shift()?.()
  })
  const records = (await pagesOf(source, null)).flatMap(page => page.records)
  const names = records.filter(({ externalId }) => externalId === id).map(({ people }) => people[0]?.name)
  t.equal(names.length, 2)
  t.equal(names[1], 'Dr Ana O’Neill')
  const times = records.map(({ updatedAt }) => updatedAt.getTime())
  t.strictSame(
    times,
    times.toSorted((one, other) => one - other),
    'and later than it was',
  )
})

test('a list that never holds still is left for later; what was read is kept', async t => {
  const { vendor, source } = await demo(t)
  vendor.betweenPages(() => void vendor.book({ startsAt: '2020-01-02 09:00:00' }))
  const read: string[] = []
  const all = async (): Promise<void> => {
    for await (const page of source.changes(null)) {
      read.push(...idsIn([page]))
      t.notOk(page.whole, 'nobody can be said to be missing')
    }
  }
  const old = vendor.bookings().map(({ id }) => id)
  await t.rejects(all(), { code: 'vendor_error', retryable: true, message: /moved while they were read/ })
  t.strictSame(
    old.filter(id => !read.includes(id)),
    [],
  )
})

test('with every list shifting now and then, a small window is read in the end and is right', async t => {
  const { vendor, source } = await demo(t)
  vendor.faults.set({ shiftedPage: 0.3 })
  const cursor = '{"fullAt":"2026-11-20T09:00:00.000Z"}'
  for (let round = 0; round < 10; round++) {
    const whole = await pagesOf(source, cursor).then(
      pages => pages.at(-1)?.whole,
      () => null,
    )
    if (!whole) continue
    const there = vendor
      .bookings()
      .filter(({ start }) => start >= '2026-11-19')
      .map(({ id }) => id)
    t.strictSame(
      there.filter(id => !whole.externalIds.includes(id)),
      [],
    )
  }
})

function ids(bookings: readonly { id: string }[]): string[] {
  return bookings.map(({ id }) => id).sort()
}
