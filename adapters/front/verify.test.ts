import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'tap'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import { testKit } from '@switchboard/test-contracts/kit'
import { greet, verifyApp, verifyRule } from './verify.ts'

const receivedAt = new Date('2026-11-20T19:40:00.250Z')
const { log, lines } = testKit('front', () => receivedAt)
const clock = { now: receivedAt, log }

/** Made once with node:crypto, each from its formula. */
const app = {
  secret: 'app_vector',
  timestamp: '1795203600250',
  body: '{"type":"inbound_received","authorization":{"id":"cmp_vector"},"payload":{"id":"evt_vector","type":"inbound","emitted_at":1795203600.25}}',
  signature: 'nj6gwQZazLx+JtvamzQONDeZMihXabZG7PblofhchnI=',
}
const rule = {
  secret: 'company_vector',
  body: '{"id":"evt_vector","type":"inbound","note":"voilà"}',
  signature: 'K389DVcvPCG9m38jwUe+qaTKJGg=',
}

test('an application webhook is believed by time and raw bytes, with any of our secrets', t => {
  t.equal(verifyApp(byApp(), [app.secret], clock), 'app:evt_vector')
  t.equal(verifyApp(byApp(), ['app_old', app.secret], clock), 'app:evt_vector')
  t.throws(() => verifyApp(byApp(), ['app_old'], clock), WebhookRejected)
  const spaced = { ...byApp(), body: Buffer.from(app.body.replace(':', ': ')) }
  t.throws(() => verifyApp(spaced, [app.secret], clock), WebhookRejected, 'the same JSON in other bytes')
  t.throws(
    () => verifyApp(byApp({ 'x-front-request-timestamp': '1795203600251' }), [app.secret], clock),
    WebhookRejected,
  )
  for (const timestamp of ['', 'now', '1e12'])
    t.throws(() => verifyApp(byApp({ 'x-front-request-timestamp': timestamp }), [app.secret], clock), WebhookRejected)
  t.end()
})

test('a time is good for five minutes to either side, and told of from one', t => {
  const at = (ms: number): typeof clock => ({ log, now: new Date(receivedAt.getTime() + ms) })
  const verify = (ms: number): string => verifyApp(byApp(), [app.secret], at(ms))
  lines.length = 0
  for (const ms of [0, 60_000, -60_000]) t.ok(verify(ms))
  t.strictSame(lines, [])
  for (const ms of [60_001, 300_000, -300_000]) t.ok(verify(ms))
  t.strictSame(
    lines.map(({ level, facts }) => [level, facts]),
    [-60_001, -300_000, 300_000].map(skewMs => ['warn', { skewMs }]),
  )
  for (const ms of [300_001, -300_001, 3_600_000]) t.throws(() => verify(ms), WebhookRejected)
  t.end()
})

test('a rule webhook is believed by its raw bytes, whenever it comes', t => {
  t.equal(verifyRule(byRule(), ['company_old', rule.secret]), 'rule:evt_vector')
  t.throws(() => verifyRule(byRule(), ['company_old']), WebhookRejected)
  t.throws(
    () => verifyRule({ ...byRule(), body: Buffer.from(rule.body.replace('à', 'a')) }, [rule.secret]),
    WebhookRejected,
  )
  t.throws(() => verifyRule({ ...byRule(), headers: {} }, [rule.secret]), WebhookRejected)
  t.throws(() => verifyRule(byApp(), [app.secret]), WebhookRejected, "the application's signature is another")
  t.end()
})

test('one event has one id on each way in, and a body without an event that of its bytes', t => {
  const named = (body: string): string => verifyRule(signedRule(body), [rule.secret])
  t.equal(named(rule.body), 'rule:evt_vector', 'a preview by rule does not keep the whole event by application out')
  t.match(named('{"type":"moon"}'), /^rule:[0-9a-f]{64}$/)
  t.match(named('not JSON'), /^rule:[0-9a-f]{64}$/)
  t.equal(named('{"a":1}'), named('{"a":1}'))
  t.not(named('{"a":1}'), named('{"a":2}'))
  t.end()
})

test('any signed body is believed, and no body with a byte changed', t => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 })
  const property = fc.property(bytes, fc.nat(), fc.string({ minLength: 1 }), (raw, at, secret) => {
    const body = Buffer.from(raw)
    const changed = Buffer.from(body)
    changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 1
    const signed = createHmac('sha256', secret).update(`${app.timestamp}:`).update(body).digest('base64')
    const request = { ...byApp({ 'x-front-signature': signed }), body }
    return isBelieved(request, secret) && !isBelieved({ ...request, body: changed }, secret)
  })
  fc.assert(property, { numRuns: 200 })
  t.pass('200 of each')
  t.end()
})

test('a challenge is sent back as it came, and is no delivery', t => {
  const asked = {
    ...byApp({ 'x-front-challenge': 'w"0rd' }),
    body: Buffer.from('{"type":"sync","authorization":{"id":"cmp_1"}}'),
  }
  t.strictSame(JSON.parse(greet(asked)?.body ?? ''), { challenge: 'w"0rd' })
  t.equal(greet(asked)?.status, 200)
  t.equal(greet(byApp({ 'x-front-challenge': 'word' })), null, 'an event that carries the header')
  t.equal(greet({ ...asked, headers: {} }), null)
  t.equal(greet({ ...asked, body: Buffer.from('{') }), null)
  t.end()
})

test('vectors from elsewhere are believed, where they are at hand', t => {
  const folder = new URL('../../../shared/fixtures/front/', import.meta.url)
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
  const vectors = ((): { application: Vector; rule: Vector } | null => {
    try {
      return JSON.parse(read('signature-vectors.json')) as { application: Vector; rule: Vector }
    } catch {
      return null
    }
  })()
  if (!vectors) return void t.end()
  const minified = (name: string): Buffer => Buffer.from(JSON.stringify(JSON.parse(read(name))))
  const { application, rule } = vectors
  const timed = { 'x-front-request-timestamp': application.timestamp ?? '' }
  const now = { log, now: new Date(Number(application.timestamp)) }
  const byThem = (signature: string, body: Buffer): WebhookRequest => ({
    ...byApp({ ...timed, 'x-front-signature': signature }),
    body,
  })
  const inbound = minified('webhook.app.inbound.json')
  t.equal(verifyApp(byThem(application.signature, inbound), [application.secret], now), 'app:evt_4ckcra8e')
  const { body, signature } = application.sync ?? { body: '', signature: '' }
  t.ok(verifyApp(byThem(signature, Buffer.from(body)), [application.secret], now))
  const preview = { ...byThem(rule.signature, minified('event.inbound.preview.json')) }
  t.equal(verifyRule(preview, [rule.secret]), 'rule:evt_4ckcra8e')
  t.end()
})

interface Vector {
  secret: string
  timestamp?: string
  signature: string
  sync?: { body: string; signature: string }
}

function byApp(headers: { [name: string]: string } = {}): WebhookRequest {
  const signed = { 'x-front-signature': app.signature, 'x-front-request-timestamp': app.timestamp }
  return {
    ...{ adapter: 'front', channel: 'app', method: 'POST', url: 'http://127.0.0.1/webhooks/front/app' },
    ...{ headers: { ...signed, ...headers }, body: Buffer.from(app.body), receivedAt },
  }
}

function byRule(): WebhookRequest {
  return {
    ...byApp(),
    channel: 'rules',
    headers: { 'x-front-signature': rule.signature },
    body: Buffer.from(rule.body),
  }
}

function signedRule(body: string): WebhookRequest {
  const signature = createHmac('sha1', rule.secret).update(body).digest('base64')
  return { ...byRule(), headers: { 'x-front-signature': signature }, body: Buffer.from(body) }
}

function isBelieved(request: WebhookRequest, secret: string): boolean {
  try {
    return verifyApp(request, [secret], clock) !== ''
  } catch {
    return false
  }
}
