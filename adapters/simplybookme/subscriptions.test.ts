import { test } from 'tap'
import { adapterOf, demo } from './testing.ts'

test('callbacks that are still subscribed are no matter', async t => {
  const { source } = await demo(t)
  t.strictSame(await source.check?.(), [])
})

test('callbacks that the vendor dropped are subscribed again, told without the address, and come again', async t => {
  const { vendor, source, inbox } = await demo(t)
  vendor.unsubscribe()
  await vendor.book().delivered
  t.equal(inbox.requests.length, 0)
  const findings = (await source.check?.()) ?? []
  t.strictSame(
    findings.map(({ key, isMended }) => [key, isMended]),
    [
      ['subscription:new_booking', true],
      ['subscription:change_booking', true],
      ['subscription:cancel_booking', true],
    ],
  )
  t.notMatch(JSON.stringify(findings), /callback-/)
  t.strictSame(await source.check?.(), [], 'told once')
  const { delivered, booking } = vendor.book()
  t.match(await delivered, { status: 200 })
  t.match(inbox.requests[0]?.body.toString(), booking.id)
})

test('where the API serves no webhooks nothing is found, and JSON-RPC is not asked', async t => {
  const { vendor, source, kit } = await demo(t)
  vendor.unsubscribe('unserved')
  t.strictSame(await source.check?.(), [])
  t.equal(adapterOf(vendor, kit, { api: 'rpc' }).source.check, undefined)
})

test('a vendor that lists webhooks and takes none is for a person to see to', async t => {
  const { vendor, source } = await demo(t)
  vendor.unsubscribe('refused')
  const findings = (await source.check?.()) ?? []
  t.equal(findings.length, 3)
  t.match(findings[0], { isMended: false, message: /by hand/ })
  t.notMatch(JSON.stringify(findings), /callback-/, 'the vendor quotes the address, we do not')
})

test('a vendor that cannot be asked is an error, and no finding', async t => {
  const { vendor, source } = await demo(t)
  vendor.faults.set({ tokenExpired: 1 })
  await t.rejects(async () => source.check?.(), { code: 'vendor_error' })
})
