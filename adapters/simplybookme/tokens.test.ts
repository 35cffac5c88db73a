import { test } from 'tap'
import { demo, idsIn, pagesOf } from './testing.ts'

const minute = 60_000

test('many who ask at once log in once', async t => {
  for (const api of ['rest', 'rpc'] as const) {
    const { vendor, source } = await demo(t, { api })
    const ids = vendor.bookings().slice(0, 12)
    const records = await Promise.all(ids.map(({ id }) => source.read?.(id)))
    t.strictSame(
      records.map(record => record?.externalId),
      ids.map(({ id }) => id),
    )
    t.equal(vendor.tokensGranted(), 1, api)
  }
})

test('many whose token is refused log in again once, and none of them fails', async t => {
  for (const api of ['rest', 'rpc'] as const) {
    const { vendor, source } = await demo(t, { api })
    const ids = vendor.bookings().slice(0, 12)
    await source.health?.()
    vendor.expireTokens(true)
    const records = await Promise.all(ids.map(({ id }) => source.read?.(id)))
    t.ok(records.every(record => record))
    t.equal(vendor.tokensGranted(), 2, api)
  }
})

test('a token is renewed at 45 of its 60 minutes, by its refresh token where there is one', async t => {
  const { vendor, source, wait } = await demo(t)
  await source.health?.()
  wait(44 * minute)
  await source.health?.()
  t.equal(vendor.tokensGranted(), 1)
  // A login would fail now: what renews it is the refresh token alone.
  vendor.changePassword('another')
  wait(minute)
  await source.health?.()
  t.equal(vendor.tokensGranted(), 2)
})

test('where the vendor does not know the refresh token any more, there is a new login', async t => {
  const { vendor, source, wait } = await demo(t)
  await source.health?.()
  vendor.expireTokens(true)
  wait(50 * minute)
  t.ok(await source.health?.())
  t.equal(vendor.tokensGranted(), 2)
})

test('a token that ends in the middle of a read does not end the read', async t => {
  const { vendor, source } = await demo(t)
  let isOver = false
  vendor.betweenPages(page => {
    if (page > 2 && !isOver) vendor.expireTokens()
    isOver ||= page > 2
  })
  t.equal(idsIn(await pagesOf(source, null)).length, vendor.bookings().length)
  t.equal(vendor.tokensGranted(), 2)
})

test('what is refused after a new login, and a login that is refused, are errors that asking again does not help', async t => {
  for (const api of ['rest', 'rpc'] as const) {
    const { vendor, source } = await demo(t, { api })
    vendor.faults.set({ tokenExpired: 1 })
    await t.rejects(async () => source.read?.('240001'), { code: 'vendor_error', vendorStatus: 401, retryable: false })
    t.equal(vendor.tokensGranted(), 2, 'it tried twice')
    const other = await demo(t, { api, userPassword: 'wrong' })
    await t.rejects(async () => other.source.read?.('240001'), { code: 'vendor_error', retryable: false })
    t.equal(other.vendor.tokensGranted(), 0)
  }
})

test('neither passwords nor tokens are in what is logged', async t => {
  const { vendor, source, kit } = await demo(t)
  await source.health?.()
  vendor.expireTokens()
  await source.health?.()
  const logged = JSON.stringify(kit.lines)
  t.match(logged, /logging in again/)
  t.notMatch(logged, /simulated password/)
})
