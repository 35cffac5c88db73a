import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { WebhookRejected } from '../model/errors.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { verifyStandardWebhook } from './standard-webhook.ts'

/** Made once with the `standardwebhooks` package, 1.1.1. */
const vector = {
  secret: 'whsec_c3dpdGNoYm9hcmQtdmVjdG9yLWtleS0wMQ==',
  id: 'evt_vector',
  at: new Date(1_795_600_800_000),
  body: '{"type":"appointment.updated","note":"voilà"}',
  signature: 'v1,g81gpDsyOvd6Te3kvTfvOcYf06YbDrQVM8ZHAf3EcDc=',
}

test('a signature made by the reference implementation is believed, and its id is given back', t => {
  t.equal(verifyStandardWebhook(delivery(), [vector.secret], vector.at), 'evt_vector')
  t.equal(
    verifyStandardWebhook(delivery(), ['whsec_b3RoZXI=', vector.secret], vector.at),
    'evt_vector',
    'one of ours fits',
  )
  const several = `v2,nonsense v1, v1,AAAA ${vector.signature}`
  t.equal(verifyStandardWebhook(delivery({ 'webhook-signature': several }), [vector.secret], vector.at), 'evt_vector')
  t.end()
})

test('a delivery that is not signed, or signed with another secret, is rejected', t => {
  for (const header of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    t.throws(
      () => verifyStandardWebhook(delivery({ [header]: '' }), [vector.secret], vector.at),
      WebhookRejected,
      header,
    )
  t.throws(() => verifyStandardWebhook(delivery(), ['whsec_b3RoZXI='], vector.at), WebhookRejected)
  t.throws(
    () => verifyStandardWebhook(delivery({ 'webhook-id': 'evt_other' }), [vector.secret], vector.at),
    WebhookRejected,
  )
  t.throws(
    () => verifyStandardWebhook(delivery({ 'webhook-signature': 'v1,' }), [vector.secret], vector.at),
    WebhookRejected,
  )
  t.end()
})

test('a secret that comes to nothing signs nothing', t => {
  const signature = `v1,${createHmac('sha256', '').update(`${vector.id}.1795600800.${vector.body}`).digest('base64')}`
  const request = delivery({ 'webhook-signature': signature })
  t.throws(() => verifyStandardWebhook(request, ['whsec_', '', '!'], vector.at), WebhookRejected)
  t.end()
})

test('the signed time may be five minutes off by our clock, not more', t => {
  const at = (seconds: number): Date => new Date(vector.at.getTime() + seconds * 1000)
  for (const seconds of [-300, -299, 0, 300])
    t.equal(verifyStandardWebhook(delivery(), [vector.secret], at(seconds)), 'evt_vector', `${seconds} s`)
  for (const seconds of [-301, 301, 86_400])
    t.throws(() => verifyStandardWebhook(delivery(), [vector.secret], at(seconds)), WebhookRejected, `${seconds} s`)
  for (const text of ['soon', 'NaN', '-1', '1e3', '']) {
    const request = delivery({ 'webhook-timestamp': text })
    t.throws(() => verifyStandardWebhook(request, [vector.secret], vector.at), WebhookRejected, `"${text}" is no time`)
  }
  t.end()
})

test('any bytes that were signed are believed, and no other bytes', t => {
  const property = fc.property(
    fc.uint8Array({ minLength: 1, maxLength: 64 }),
    fc.nat(),
    fc.uint8Array({ minLength: 1 }),
    (bytes, at, key) => {
      const body = Buffer.from(bytes)
      const secret = `whsec_${Buffer.from(key).toString('base64')}`
      const head = `evt.1.${vector.at.getTime() / 1000}.`
      const signature = `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`
      const request = { ...delivery({ 'webhook-id': 'evt.1', 'webhook-signature': signature }), body }
      const changed = Buffer.from(body)
      changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 0x80
      return (
        verifyStandardWebhook(request, [secret], vector.at) === 'evt.1' &&
        isRejected(() => verifyStandardWebhook({ ...request, body: changed }, [secret], vector.at))
      )
    },
  )
  fc.assert(property, { numRuns: 200 })
  t.pass('200 of each')
  t.end()
})

function delivery(headers: { [name: string]: string } = {}): WebhookRequest {
  const signed = {
    'webhook-id': vector.id,
    'webhook-timestamp': String(vector.at.getTime() / 1000),
    'webhook-signature': vector.signature,
  }
  return {
    ...{ adapter: 'x', channel: 'webhooks', method: 'POST', url: 'http://127.0.0.1/webhooks/x/webhooks' },
    ...{ headers: { ...signed, ...headers }, body: Buffer.from(vector.body), receivedAt: vector.at },
  }
}

function isRejected(verify: () => string): boolean {
  try {
    verify()
    return false
  } catch (error) {
    return error instanceof WebhookRejected
  }
}
