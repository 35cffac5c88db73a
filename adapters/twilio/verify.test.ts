import { createHash, createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import twilio from 'twilio'
import { verify } from './verify.ts'

const token = 'a-token-of-this-test'
const address = 'https://hub.example.test/webhooks/twilio/voice'

/** A delivery with the vendor's own signature of `signed`. */
function delivery(change: Partial<WebhookRequest> & { signed?: object } = {}): WebhookRequest {
  const { signed = {}, ...rest } = change
  const url = rest.url ?? address
  return {
    adapter: 'twilio',
    channel: 'voice',
    method: 'POST',
    url,
    body: formOf(signed),
    receivedAt: new Date('2026-11-21T09:00:00Z'),
    ...rest,
    headers: {
      'x-twilio-signature': twilio.getExpectedTwilioSignature(token, url, signed as Record<string, string>),
      ...rest.headers,
    },
  }
}

function formOf(fields: object): Buffer {
  const form = new URLSearchParams()
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) form.append(name, value)
  return Buffer.from(form.toString())
}

const call = { CallSid: 'CA1', CallStatus: 'ringing', From: '+61491570156', To: '+61255501234' }

const vectors: Record<string, Parameters<typeof delivery>[0]> = {
  'a form': { signed: call },
  'a form to an address with a query': { url: `${address}?call=1&leg=2`, signed: call },
  'empty values': { signed: { ...call, Called: '', ToCity: '' } },
  'values with spaces around, accents and quotes': { signed: { ...call, CallerName: " Zoë O'Neil ☃ " } },
  'a parameter that comes twice': { signed: { ...call, Tag: ['b', 'a', 'a'] } },
  'names with brackets, and one that objects have already': { signed: { ...call, 'a[b]': '1', constructor: 'x' } },
  'parameters nobody has heard of': { signed: { ...call, SomethingNew: 'yes' } },
  'no parameters': {},
  'an apostrophe in the query': { url: `${address}?who=o'neil`, signed: call },
}

for (const [title, vector] of Object.entries(vectors))
  t.test(`${title} is believed as signed, and not when a byte is added`, async t => {
    const request = delivery(vector)
    t.ok(verify(request, [token]))
    t.throws(
      () => verify({ ...request, body: Buffer.concat([request.body, Buffer.from('&x=')]) }, [token]),
      WebhookRejected,
    )
  })

t.test('the signature is what the vendor describes: HMAC-SHA1 over the address and the sorted fields', async t => {
  const fields = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(fields, fields => {
      const text = Object.keys(fields)
        .sort()
        .reduce((signed, name) => signed + name + fields[name], address)
      const signature = createHmac('sha1', token).update(text).digest('base64')
      const request = delivery({ headers: { 'x-twilio-signature': signature }, body: formOf(fields) })
      return verify(request, [token]) !== ''
    }),
  )
  t.pass()
})

t.test('the documented example of the vendor is believed', async t => {
  const request = delivery({
    url: 'https://example.com/myapp.php?foo=1&bar=2',
    headers: { 'x-twilio-signature': 'L/OH5YylLD5NRKLltdqwSvS0BnU=' },
    body: formOf({
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675310',
      Digits: '1234',
      From: '+14158675310',
      To: '+18005551212',
    }),
  })
  t.ok(verify(request, ['12345']))
})

t.test('a GET is signed by its address alone', async t => {
  const request = delivery({ method: 'GET', url: `${address}?CallSid=CA1&CallStatus=ringing` })
  t.ok(verify(request, [token]))
  t.throws(() => verify({ ...request, url: `${request.url}&x=1` }, [token]), WebhookRejected)
})

t.test('JSON is signed by its hash in the address', async t => {
  const body = Buffer.from('{"property":"value"}')
  const hash = createHash('sha256').update(body).digest('hex')
  const request = delivery({ url: `${address}?bodySHA256=${hash}`, body })
  t.ok(verify(request, [token]))
  t.throws(() => verify({ ...request, body: Buffer.from('{"property":"other"}') }, [token]), WebhookRejected)
})

t.test('while the token is rotated, both are believed', async t => {
  t.ok(verify(delivery({ signed: call }), ['the-new-token', token]))
  t.throws(() => verify(delivery({ signed: call }), ['the-new-token']), WebhookRejected)
})

/** With which status it is refused; null when it is not. */
function refusal(check: () => unknown): number | null {
  try {
    check()
    return null
  } catch (error) {
    return error instanceof WebhookRejected ? error.status : null
  }
}

t.test('a text is believed as signed, and its deliveries are told apart', async t => {
  const text = { MessageSid: 'SM1', SmsSid: 'SM1', SmsStatus: 'received', Body: "It's ☃", From: '+61491570156', To: '' }
  const heard = (fields: object): string => verify(delivery({ signed: fields, channel: 'sms' }), [token])
  const told = (fields: object): string => verify(delivery({ signed: fields, channel: 'sms-status' }), [token])
  t.ok(heard(text))
  t.equal(heard(text), heard({ ...text, SomethingNew: 'yes' }))
  t.not(heard(text), heard({ ...text, MessageSid: 'SM2' }))
  const report = { MessageSid: 'SM1', MessageStatus: 'sent', SmsStatus: 'sent' }
  t.equal(told(report), told(report))
  t.not(told(report), told({ ...report, MessageStatus: 'delivered' }))
})

t.test('what is not believed is answered with 403', async t => {
  const request = delivery({ signed: call })
  const wrong: Record<string, WebhookRequest> = {
    'no signature': { ...request, headers: {} },
    'an empty signature': { ...request, headers: { 'x-twilio-signature': '' } },
    'a signature of another length': { ...request, headers: { 'x-twilio-signature': 'short' } },
    'an address that is none': { ...request, url: '/webhooks/twilio/voice' },
    'another host': { ...request, url: request.url.replace('hub.', 'evil.') },
  }
  for (const [title, one] of Object.entries(wrong))
    t.equal(
      refusal(() => verify(one, [token])),
      403,
      title,
    )
})

t.test('the id of a delivery', async t => {
  const id = (signed: object, change: Partial<WebhookRequest> = {}): string =>
    verify(delivery({ signed, ...change }), [token])
  const retried = { headers: { 'i-twilio-idempotency-token': 'one' } }
  t.equal(id(call, retried), id(call, retried), 'is the token that retries share')
  t.not(id(call, retried), id(call, { headers: { 'i-twilio-idempotency-token': 'two' } }))
  t.not(id(call, retried), id(call, { ...retried, channel: 'fallback' }))
  const status = { ...call, SequenceNumber: '1' }
  t.equal(id(status), id({ ...status, SomethingNew: 'yes' }), 'is made of the facts where there is no token')
  t.not(id(status), id({ ...status, SequenceNumber: '2' }))
  t.not(id(status), id({ ...status, CallStatus: 'completed' }))
  t.not(id(status), id({ ...status, CallSid: 'CA2' }))
  t.not(id(call), id(call, { url: `${address}?ask=next` }), 'a later question is another delivery')
  t.not(id({ Some: 'thing' }), id({ Some: 'other' }), 'is made of all of it where it is about nothing we know')
})

const vectorsAt = new URL('../../../shared/fixtures/twilio/signature-vectors.json', import.meta.url)
const isHere = existsSync(vectorsAt)

/** Vectors that were computed with another copy of the vendor's library. */
interface Vectors {
  form: { name: string; auth_token: string; signed_url: string; params: object; signature: string }[]
  json: { auth_token: string; url: string; body: string; signature: string }[]
}

t.test(
  'the vectors kept outside of this repository',
  { skip: !isHere && 'the folder with them is not here' },
  async t => {
    const { form, json } = JSON.parse(readFileSync(vectorsAt, 'utf8')) as Vectors
    const signedWith = (signature: string): Partial<WebhookRequest> => ({
      headers: { 'x-twilio-signature': signature },
    })
    for (const { name, auth_token, signed_url, params, signature } of form) {
      const request = delivery({ ...signedWith(signature), url: signed_url, body: formOf(params) })
      t.ok(verify(request, [auth_token]), name)
      t.throws(() => verify({ ...request, url: `${signed_url}x` }, [auth_token]), WebhookRejected, name)
    }
    for (const { auth_token, url, body, signature } of json)
      t.ok(verify(delivery({ ...signedWith(signature), url, body: Buffer.from(body) }), [auth_token]))
    t.ok(form.length > 0 && json.length > 0)
  },
)
