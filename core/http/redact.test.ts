import fc from 'fast-check'
import t from 'tap'
import { HubError, VendorError } from '../model/errors.ts'
import { mask, redact, scrub } from './redact.ts'

t.test('of a contact only what tells two apart is left', async t => {
  t.equal(mask('+61 400 000 678'), '…678')
  t.equal(mask('Ann.Lee@example.org'), 'A…@example.org')
  t.equal(mask('Ann Lee'), '[redacted]')
  t.equal(mask('12345'), '[redacted]')
})

t.test('contacts and secrets are hidden at every depth, however their keys are written', async t => {
  const facts = {
    from: '+61400000678',
    call: {
      To: '+61400000679',
      legs: [{ callerPhone: '+61400000670', emails: ['ann@example.org', 'bob@example.org'] }],
    },
    request: { headers: { Authorization: 'Bearer abc', 'set-cookie': 'id=1' }, body: Buffer.from('hello') },
    'x-api-key': 'k-123',
    access_token: 't-123',
    password: 'p-123',
    staffIds: ['s-1'],
  }
  t.same(redact(facts), {
    from: '…678',
    call: { To: '…679', legs: [{ callerPhone: '…670', emails: ['a…@example.org', 'b…@example.org'] }] },
    request: { headers: { Authorization: '[redacted]', 'set-cookie': '[redacted]' }, body: '[redacted]' },
    'x-api-key': '[redacted]',
    access_token: '[redacted]',
    password: '[redacted]',
    staffIds: ['s-1'],
  })
  t.equal(facts.from, '+61400000678', 'and what was passed is not changed')
})

t.test('text of others is scrubbed of phones and emails, and of nothing else', async t => {
  t.equal(scrub('the number +61400000678 is wrong'), 'the number …678 is wrong')
  t.equal(scrub('call 0400 000 678, or write to ann.lee@example.org'), 'call …678, or write to a…@example.org')
  t.equal(scrub('/people/ann%40example.org?phone=%2B61400000678'), '/people/a…@example.org?phone=…678')
  const plain = 'order 5566778899001 of 2026-03-01T10:00:00.000Z took 0.25 s, id 01890a5d-ac96-774b-bcce-b302099a8057'
  t.equal(scrub(plain), plain)
})

t.test('an error is reduced to what tells its cause', async t => {
  const cause = Object.assign(new Error('duplicate'), { code: '23505', detail: 'Key (email)=(ann@example.org)' })
  const error = new HubError('conflict', 'ann@example.org exists', { cause })
  const { failed } = redact({ failed: error }) as { failed: { stack: string; cause: object } }
  t.match(failed, { type: 'HubError', message: 'a…@example.org exists', code: 'conflict', status: 409 })
  t.match(failed.cause, { message: 'duplicate', code: '23505', detail: undefined })
  t.match(failed.stack, /redact\.test\.ts/)
  t.match(redact({ e: new VendorError('acme: no', { vendorStatus: 500, outcomeUnknown: true }) }), {
    e: { vendorStatus: 500, outcomeUnknown: true },
  })
})

t.test('an address loses its query, bytes their content, and what lies too deep is cut', async t => {
  const at = new Date(0)
  t.same(
    redact({ url: 'http://a.test/x?secret=1', link: new URL('http://a.test/x?secret=1'), bytes: Buffer.alloc(3), at }),
    {
      url: 'http://a.test/x?…',
      link: 'http://a.test/x',
      bytes: '[3 bytes]',
      at,
    },
  )
  t.same(redact({ a: { b: { c: { d: { e: 1 } } } } }), { a: { b: { c: { d: '[…]' } } } })
  const circle: { self?: object } = {}
  circle.self = circle
  t.match(JSON.stringify(redact(circle)), /\[…\]/)
})

t.test('no phone number of any country is left in a contact field, wherever it is', async t => {
  const phone = fc
    .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1e7, max: 1e9 }))
    .map(([a, b]) => `+${a}${b}`)
  fc.assert(
    fc.property(phone, fc.constantFrom('from', 'to', 'phone', 'mobilePhone', 'phones', 'caller'), (number, key) => {
      const text = JSON.stringify(redact({ call: { [key]: [number], note: `rang ${number}` } }))
      return !text.includes(number.slice(0, -3)) && text.includes(number.slice(-3))
    }),
  )
  t.pass('for every number')
})
