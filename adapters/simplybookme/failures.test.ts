import { test } from 'tap'
import { demo, idsIn, pagesOf } from './testing.ts'

test('html and broken json are failures of the vendor, asked about again; what stays is an error that says so', async t => {
  for (const api of ['rest', 'rpc'] as const) {
    const { vendor, source } = await demo(t, { api })
    for (const fault of ['htmlError', 'truncatedJson'] as const) {
      vendor.faults.force(fault)
      t.equal(idsIn(await pagesOf(source, null)).length, vendor.bookings().length, `${api}: ${fault}`)
    }
    const { id } = vendor.book().booking
    vendor.faults.set({ htmlError: 1 })
    await t.rejects(async () => source.read?.(id), { code: 'vendor_error', retryable: true, message: /HTML/ })
    vendor.faults.clear()
    vendor.spoil(id)
    await t.rejects(async () => source.read?.(id), {
      code: 'vendor_error',
      retryable: false,
      message: /cannot be read/,
    })
  }
})

test('a page of html in place of health is no health', async t => {
  for (const api of ['rest', 'rpc'] as const) {
    const { vendor, source } = await demo(t, { api })
    t.strictSame(await source.health?.(), { skewMs: 0 })
    vendor.faults.force('htmlError')
    await t.rejects(async () => source.health?.(), { code: 'vendor_error', message: /unexpected/ })
    vendor.faults.set({ clockSkew: 1, skewMs: 90_000 })
    t.strictSame(await source.health?.(), { skewMs: 90_000 })
  }
})

test('an error that comes with status 200 is an error, and a booking that is not there is none', async t => {
  const { vendor, source } = await demo(t, { api: 'rpc', userPassword: 'wrong' })
  const { id } = vendor.book().booking
  await t.rejects(async () => source.read?.(id), { code: 'vendor_error', vendorCode: '-32600', message: /Wrong login/ })
  const right = await demo(t, { api: 'rpc' })
  t.equal(await right.source.read?.('7'), null)
  t.equal((await demo(t)).source.cursorAt, undefined, 'and there is no asking for what changed since a time')
})
