import { test } from 'tap'
import { simulatedApp } from '@switchboard/test-simulators/shopify'
import { idsIn, pagesOf, testShop, thrownBy, type TestShopSettings } from './test-shop.ts'

const { refreshToken: _, ...alone } = simulatedApp
const refreshed: TestShopSettings = { options: { token: undefined, ...simulatedApp } }
const byItself: TestShopSettings = { options: { token: undefined, ...alone } }

for (const [name, settings] of [
  ['with a refresh token', refreshed],
  ['with its own credentials', byItself],
] as const) {
  test(`an app ${name} gets a token and keeps it while it is good`, async t => {
    const { source, vendor, wait } = await testShop(t, settings)
    t.equal(idsIn(await pagesOf(source, null)).length, vendor.rows().length)
    wait(54 * 60_000)
    await source.health()
    t.equal(vendor.grantedTokens(), 1)
    wait(60_000)
    await source.health()
    t.equal(vendor.grantedTokens(), 2, 'five minutes before it ends, another is got')
  })

  test(`an app ${name} whose token is refused before its time gets another, once`, async t => {
    const { source, vendor } = await testShop(t, settings)
    await source.health()
    vendor.revokeTokens()
    t.equal(idsIn(await pagesOf(source, null)).length, vendor.rows().length)
    t.equal(vendor.grantedTokens(), 2)
    vendor.faults.set({ tokenExpired: 1 })
    t.match(await thrownBy(() => pagesOf(source, null)), { vendorStatus: 401, retryable: false })
    t.equal(vendor.grantedTokens(), 3, 'a shop that refuses every token is not asked for ever')
  })
}

test('all who ask at the same time share one new token', async t => {
  const { source, vendor } = await testShop(t, refreshed)
  await Promise.all(Array.from({ length: 8 }, () => source.health()))
  t.equal(vendor.grantedTokens(), 1)
})

test('each refresh is done with the refresh token that came last', async t => {
  const { source, vendor, wait } = await testShop(t, refreshed)
  for (let hour = 0; hour < 4; hour++) {
    await source.health()
    wait(3_600_000)
  }
  t.equal(vendor.grantedTokens(), 4, 'the first one would be refused by now')
})

test('a lost answer to a refresh is asked for again', async t => {
  const { source, vendor } = await testShop(t, refreshed)
  vendor.faults.force('truncatedJson')
  await source.health()
  t.equal(vendor.grantedTokens(), 2, 'one was lost')
})

test('an app that is no longer authorised says what to do, and its token is nowhere in the error or the log', async t => {
  const { source, kit } = await testShop(t, {
    options: { token: undefined, ...simulatedApp, refreshToken: 'shprt_gone' },
  })
  const error = await thrownBy(() => source.health())
  t.match(error, { message: /authorise the app anew/, vendorStatus: 401, retryable: false })
  t.notMatch(JSON.stringify([error, error?.cause, String(error?.cause), kit.lines]), /shprt_|shpss_|shpat_/)
})
