import { VendorError } from '@switchboard/core'
import t from 'tap'
import { refusal, troubleOf, unsendable } from './trouble.ts'

t.test('codes say what may be done about them', async t => {
  const because = (code: string): string => troubleOf(code).because
  t.equal(because('21610'), 'optedOut')
  for (const code of ['21211', '21614', '21635', '21217', '30006']) t.equal(because(code), 'badAddress', code)
  for (const code of ['21408', '21608', '20003']) t.equal(because(code), 'config', code)
  for (const code of ['20429', '30003', '30008']) t.equal(because(code), 'later', code)
  t.equal(because('30007'), 'rejected')
})

t.test('a code nobody has heard of is a refusal, and kept', async t => {
  t.same(troubleOf('39999'), { code: '39999', because: 'rejected' })
  t.same(troubleOf('constructor'), { code: 'constructor', because: 'rejected' })
})

t.test('a refused send says what to do, and only what may work later is worth repeating', async t => {
  const refused = (vendorCode: string): unknown =>
    refusal(new VendorError('twilio answered 400', { vendorCode, vendorStatus: 400 }))
  t.match(refused('21610'), { retryable: false, vendorCode: '21610', vendorStatus: 400, message: /do not want texts/ })
  t.match(refused('21211'), { retryable: false, message: /do not write there again/ })
  t.match(refused('21611'), { retryable: true, message: /later/ })
  t.match(refused('20003'), { retryable: false, message: /somebody has to set/ })
})

t.test('what is not known to have been refused stays as it is', async t => {
  const unknown = new VendorError('no answer', { outcomeUnknown: true, retryable: true, vendorCode: '20500' })
  t.equal(refusal(unknown), unknown)
  const plain = new VendorError('no code')
  t.equal(refusal(plain), plain)
  t.equal(refusal('anything'), 'anything')
})

t.test('what is refused here has the code that the vendor would give', async t => {
  t.match(unsendable('21617', 'too long'), { vendorCode: '21617', retryable: false, outcomeUnknown: false })
})
