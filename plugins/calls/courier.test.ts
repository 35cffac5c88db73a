import { newId, VendorError } from '@switchboard/core'
import t from 'tap'
import { asked, incoming, openCalls, openExchange, place, status } from './test-exchange.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }

t.test('what the call no longer wants once the vendor has told what was done is not done', async t => {
  const exchange = await openExchange(store, [alex])
  const { vendor } = exchange
  await exchange.ask(incoming())
  await exchange.carry()
  vendor.failures.push(new VendorError('the answer was lost', { outcomeUnknown: true }))
  const { inspect } = vendor
  vendor.inspect = async known => {
    // The caller was in the conference, and is out of it when the vendor looks: Alex left, which is reported meanwhile.
    const seen = await inspect(known)
    vendor.inspect = inspect
    await exchange.report(place('joined', 'V1', 1))
    await exchange.report(place('left', 'V1', 2))
    return { legs: [...seen.legs, { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: false }] }
  }
  await exchange.report(status('V1', 'in-progress', { sequence: 2 }))
  await exchange.carry()
  t.strictSame(
    asked(exchange),
    ['dial', 'redirect to join', 'hangup', 'redirect to voicemail'],
    'joining is not told twice',
  )
})
