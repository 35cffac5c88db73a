import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { silentLog } from '../hub/log.ts'
import { VendorError } from '../model/errors.ts'
import type { Http, HttpRequest } from '../ports/kit.ts'
import { httpClient, type ClientSettings } from './client.ts'

type Answer = (response: ServerResponse, request: IncomingMessage & { text: string }) => void
type Asked = { method: string; path: string; headers: IncomingMessage['headers']; text: string }

/** A vendor that gives one answer after the other, the last one for ever, and remembers what it was asked. */
async function vendor(t: Test, ...answers: Answer[]): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, text })
      const answer = answers[Math.min(asked.length, answers.length) - 1]
      answer?.(response, Object.assign(request, { text }))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => (server.closeAllConnections(), server.close()))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
const html =
  (status: number): Answer =>
  response =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
const cut: Answer = response => response.destroy()
const never: Answer = () => {}
const halfJson: Answer = response => response.writeHead(200, { 'content-type': 'application/json' }).end('{"name": "b')

function client(settings: Partial<ClientSettings> = {}): Http {
  return httpClient({ name: 'acme', log: silentLog(), now: () => new Date(), ...settings })
}

/** The VendorError that a request ends with. */
async function trouble(asking: Promise<unknown>): Promise<VendorError> {
  const error = await asking.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof VendorError)) throw new Error('expected a VendorError', { cause: error })
  return error
}

const Named = z.object({ name: z.string() })

t.test('an object is sent as JSON, a form as a form, a bearer as a header', async t => {
  const { url, asked } = await vendor(t, json({ name: 'x' }))
  const http = client()
  await http.json({ url, method: 'POST', body: { a: 1 }, bearer: 'secret-1' }, Named)
  await http.json({ url, method: 'POST', body: new URLSearchParams({ To: '+61 2' }) }, Named)
  await http.send({ url, method: 'PUT', body: 'as it is', headers: { 'Content-Type': 'text/csv' } })
  t.equal(asked[0]?.text, '{"a":1}')
  t.equal(asked[0]?.headers['content-type'], 'application/json')
  t.equal(asked[0]?.headers.accept, 'application/json')
  t.equal(asked[0]?.headers.authorization, 'Bearer secret-1')
  t.equal(asked[1]?.text, 'To=%2B61+2')
  t.equal(asked[1]?.headers['content-type'], 'application/x-www-form-urlencoded')
  t.equal(asked[2]?.text, 'as it is')
  t.equal(asked[2]?.headers['content-type'], 'text/csv')
})

t.test('an answer that may pass is asked for again, and the good one is returned', async t => {
  for (const first of [json({}, 500), json({}, 503), html(502), halfJson, html(200), cut]) {
    const { url, asked } = await vendor(t, first, json({ name: 'ok' }))
    t.same(await client().json({ url }, Named), { name: 'ok' })
    t.equal(asked.length, 2)
  }
})

t.test('what the vendor turned away is repeated even when repeating it would not be safe otherwise', async t => {
  for (const first of [json({}, 429, { 'retry-after': '0.01' }), json({}, 503, { 'retry-after': '0' })]) {
    const { url, asked } = await vendor(t, first, json({ name: 'made' }))
    t.same(await client().json({ url, method: 'POST', body: {} }, Named), { name: 'made' })
    t.equal(asked.length, 2)
  }
})

t.test('a create that may have happened is never repeated, and says so', async t => {
  for (const first of [cut, json({}, 500), json({}, 503), html(502), halfJson, html(200)]) {
    const { url, asked } = await vendor(t, first, json({ name: 'twice' }))
    const error = await trouble(client().json({ url, method: 'POST', body: {} }, Named))
    t.equal(asked.length, 1)
    t.match(error, { outcomeUnknown: true, retryable: true, code: 'vendor_error', status: 502 })
  }
})

t.test('HTML and broken JSON are told apart', async t => {
  const words = async (answer: Answer): Promise<string> => {
    const { url } = await vendor(t, answer)
    return (await trouble(client().json({ url, method: 'POST' }, Named))).message
  }
  t.match(await words(html(200)), /answered 200 with HTML instead of JSON$/)
  t.match(await words(halfJson), /answered 200 with broken JSON \(11 characters\)$/)
})

t.test('a create that the caller calls idempotent is repeated', async t => {
  const { url, asked } = await vendor(t, cut, json({ name: 'once' }))
  t.same(await client().json({ url, method: 'POST', body: {}, idempotent: true }, Named), { name: 'once' })
  t.equal(asked.length, 2)
})

t.test('a refused connection never reached the vendor', async t => {
  const { url } = await vendor(t, never)
  const port = Number(new URL(url).port)
  const gone = createServer()
  await new Promise<void>(resolve => gone.listen(0, '127.0.0.1', resolve))
  const freePort = (gone.address() as AddressInfo).port
  await new Promise(resolve => gone.close(resolve))
  t.not(freePort, port)
  const error = await trouble(client().send({ url: `http://127.0.0.1:${freePort}/x`, method: 'POST', timeoutMs: 100 }))
  t.match(error, { outcomeUnknown: false, retryable: true })
  t.match(error.message, /^acme: POST 127\.0\.0\.1:\d+\/x got no answer: ECONNREFUSED$/)
})

t.test('it gives up after three repetitions: send returns the last answer, json throws it', async t => {
  const { url, asked } = await vendor(t, json({ error: { code: 'THROTTLED', message: 'too many' } }, 503))
  const both = [client().send({ url }), trouble(client().json({ url }, Named))] as const
  const answer = await both[0]
  t.equal(answer.status, 503)
  t.equal(answer.headers['content-type'], 'application/json')
  const error = await both[1]
  t.match(error, { vendorStatus: 503, vendorCode: 'THROTTLED', retryable: true, outcomeUnknown: false })
  t.match(error.message, /answered 503: too many$/)
  t.equal(asked.length, 8)
})

t.test('a wait longer than the time left is handed to the caller instead of waited for', async t => {
  const { url, asked } = await vendor(t, json({}, 429, { 'retry-after': '120' }))
  t.match(await trouble(client().json({ url }, Named)), { retryable: true, retryAfterMs: 120_000, vendorStatus: 429 })
  t.equal((await client().send({ url })).status, 429)
  t.equal(asked.length, 2)
})

t.test('a refusal is not repeated', async t => {
  for (const status of [400, 401, 403, 404, 409, 422, 501]) {
    const { url, asked } = await vendor(
      t,
      json({ code: 21211, message: 'The To number +61400000123 is wrong' }, status),
    )
    const error = await trouble(client().json({ url, method: 'POST' }, Named))
    t.match(error, { retryable: false, outcomeUnknown: false, vendorStatus: status, vendorCode: '21211' })
    t.match(error.message, /The To number …123 is wrong$/, 'and carries no phone number')
    t.equal(asked.length, 1)
  }
})

t.test('a vendor that never answers is cut at the deadline', async t => {
  const { url } = await vendor(t, never)
  t.match(await trouble(client().send({ url, timeoutMs: 60 })), { retryable: true, outcomeUnknown: false })
  const error = await trouble(client().send({ url, method: 'POST', timeoutMs: 60 }))
  t.match(error, { retryable: true, outcomeUnknown: true })
  t.match(error.message, /no answer within 60 ms/)
})

t.test('an answer cut in the middle is no answer', async t => {
  const half: Answer = response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"name":')
    setImmediate(() => response.destroy())
  }
  const { url, asked } = await vendor(t, half, json({ name: 'whole' }))
  t.same(await client().json({ url }, Named), { name: 'whole' })
  t.equal(asked.length, 2)
  const other = await vendor(t, half)
  t.match(await trouble(client().send({ url: other.url, method: 'POST' })), { outcomeUnknown: true })
})

t.test('a redirect is not followed: send returns it, json calls it trouble', async t => {
  const elsewhere = await vendor(t, json({ name: 'leak' }))
  const { url, asked } = await vendor(t, json({}, 301, { location: elsewhere.url }))
  const answer = await client().send({ url, method: 'POST', body: { keep: 'me' }, bearer: 'secret-1' })
  t.equal(answer.status, 301)
  t.equal(answer.headers['location'], elsewhere.url)
  t.match(await trouble(client().json({ url, bearer: 'secret-1' }, Named)), { retryable: false, vendorStatus: 301 })
  t.equal(elsewhere.asked.length, 0)
  t.equal(asked.length, 2)
})

t.test('a host off the allow-list is not asked', async t => {
  const { url, asked } = await vendor(t, json({ name: 'leak' }))
  const host = new URL(url).host
  t.match(await trouble(client({ allow: ['api.acme.example'] }).send({ url })), { retryable: false })
  t.match((await trouble(client({ allow: ['*.acme.example'] }).send({ url }))).message, /is not one of its hosts/)
  t.match(await trouble(client().send({ url: 'file:///etc/passwd' })), { retryable: false })
  t.match(await trouble(client().send({ url: 'not an address' })), { retryable: false })
  t.equal(asked.length, 0)
  t.equal((await client({ allow: [host] }).send({ url })).status, 200)
  const outside = client({ allow: ['*.acme.example'] })
  t.match((await trouble(outside.send({ url: 'http://acme.example.evil.test/' }))).message, /is not one of its hosts/)
  t.match((await trouble(outside.send({ url: 'http://notacme.example/' }))).message, /is not one of its hosts/)
})

t.test('a shape that does not fit names the place, and is not asked for again', async t => {
  const { url, asked } = await vendor(t, json({ data: [{ id: '1' }, { id: 2 }] }))
  const error = await trouble(client().json({ url }, z.object({ data: z.array(z.object({ id: z.string() })) })))
  t.match(error, { retryable: false, at: 'data.1.id', issues: [{ path: 'data.1.id' }] })
  t.match(error.message, /unexpected at data\.1\.id/)
  t.equal(asked.length, 1)
})

t.test('an answer without content is undefined', async t => {
  const { url } = await vendor(t, response => response.writeHead(204).end())
  t.equal(await client().json({ url, method: 'DELETE' }, z.undefined()), undefined)
})

t.test('after five failures in a row nothing is sent, and others are not affected', async t => {
  const { url, asked } = await vendor(t, cut)
  const http = client()
  for (let i = 0; i < 5; i++) await trouble(http.send({ url, method: 'POST' }))
  const error = await trouble(http.send({ url, method: 'POST' }))
  t.match(error, { retryable: true, retryAfterMs: 30_000, outcomeUnknown: false })
  t.match(error.message, /was not sent/)
  t.equal(asked.length, 5)
  await trouble(client().send({ url, method: 'POST' }))
  t.equal(asked.length, 6)
})

t.test('an error status is an answer: it does not open the breaker', async t => {
  const { url, asked } = await vendor(t, json({}, 500))
  const http = client()
  for (let i = 0; i < 7; i++) await http.send({ url, method: 'POST' })
  t.equal(asked.length, 7)
})

t.test('after the pause one request tries, and its success lets the others through', async t => {
  let release = (): void => {}
  const slow: Answer = (response, request) => (release = () => json({ name: 'back' })(response, request))
  const { url, asked } = await vendor(t, cut, cut, slow, json({ name: 'back' }))
  const http = client({ breaker: { failures: 2, pauseMs: 0 } })
  for (let i = 0; i < 2; i++) await trouble(http.send({ url, method: 'POST' }))
  const waiting = [1, 2, 3].map(() => http.send({ url, method: 'POST' }))
  while (asked.length < 3) await sleep(5)
  await sleep(30)
  t.equal(asked.length, 3, 'only the probe is under way')
  release()
  t.same(
    (await Promise.all(waiting)).map(({ status }) => status),
    [200, 200, 200],
  )
})

t.test('a stopping hub cuts what is under way and what waits', async t => {
  const stop = new AbortController()
  const { url, asked } = await vendor(t, never)
  const throttled = await vendor(t, json({}, 429, { 'retry-after': '5' }))
  const http = client({ signal: stop.signal })
  const asking = [
    trouble(http.send({ url, method: 'POST' })),
    trouble(http.send({ url: throttled.url, method: 'POST' })),
  ] as const
  while (asked.length < 1 || throttled.asked.length < 1) await sleep(5)
  await sleep(20)
  stop.abort()
  t.match(await asking[0], { retryable: true, outcomeUnknown: true })
  t.match(await asking[1], { retryable: true, outcomeUnknown: false, message: /the hub is stopping/ })
  t.match(await trouble(http.send({ url, method: 'POST' })), { retryable: true, outcomeUnknown: false })
  t.equal(asked.length, 1)
})

t.test('requests under way are never more than the vendor takes', async t => {
  let underWay = 0
  let most = 0
  const { url } = await vendor(t, response => {
    most = Math.max(most, ++underWay)
    setTimeout(() => (underWay--, response.end('ok')), 10)
  })
  const http = client({ rate: { concurrency: 2, perSecond: 200 } })
  await Promise.all(Array.from({ length: 8 }, () => http.send({ url })))
  t.equal(most, 2)
})

t.test('a rate is kept, and a deadline ends the wait for a turn', async t => {
  const { url, asked } = await vendor(t, json({ name: 'x' }))
  const http = client({ rate: { perSecond: 0.1 } })
  await http.send({ url })
  const error = await trouble(http.send({ url, method: 'POST', timeoutMs: 50 }))
  t.match(error, { retryable: true, outcomeUnknown: false })
  t.equal(asked.length, 1)
})

t.test('the wait is measured by the clock of the vendor', async t => {
  const date = new Date('2020-01-01T00:00:00Z')
  const later = new Date('2020-01-01T00:01:30Z').toUTCString()
  const { url } = await vendor(t, json({}, 429, { date: date.toUTCString(), 'retry-after': later }))
  t.match(await trouble(client().json({ url }, Named)), { retryAfterMs: 90_000 })
})

t.test('what vendors take is counted by vendor and status', async t => {
  const metrics = new Registry()
  const { url } = await vendor(t, json({ name: 'x' }), json({}, 404), cut)
  const http = client({ metrics })
  const again = client({ metrics, name: 'other' })
  const requests: HttpRequest[] = [{ url }, { url }, { url, method: 'POST' }]
  for (const request of requests) await http.send(request).catch(() => null)
  await again.send({ url, method: 'POST' }).catch(() => null)
  const text = await metrics.metrics()
  const count = (labels: string): string | undefined =>
    text.split('\n').find(line => line.startsWith(`switchboard_vendor_request_seconds_count{${labels}}`))
  t.match(count('vendor="acme",method="GET",status="200"'), / 1$/)
  t.match(count('vendor="acme",method="GET",status="404"'), / 1$/)
  t.match(count('vendor="acme",method="POST",status="none"'), / 1$/)
  t.match(count('vendor="other",method="POST",status="none"'), / 1$/)
})

t.test('the log names the place without its query, and no token', async t => {
  const lines: object[] = []
  const note = (facts: object, phrase: string): void => void lines.push({ ...facts, phrase })
  const log = { debug: note, info: note, warn: note, error: note, child: () => log }
  const { url } = await vendor(t, cut, json({ name: 'x' }))
  await client({ log }).json({ url: `${url}/people/ann@example.org?phone=%2B61400000123`, bearer: 'secret-1' }, Named)
  const text = JSON.stringify(lines)
  t.match(text, /people\/a…@example\.org/)
  t.match(text, /vendor is asked again/)
  t.notMatch(text, /secret-1|61400000123|ann@/)
})

t.test(
  'a request that is not ours to make any more is not sent, not even again, and does not count against the vendor',
  async t => {
    const { url, asked } = await vendor(t, json({}, 503), json({}))
    const http = client()
    let isOurs = false
    const isWanted = (): boolean => isOurs
    await t.rejects(http.json({ url, isWanted }, z.object({})), { code: 'unavailable' })
    t.equal(asked.length, 0)
    isOurs = true
    const asking = http.json({ url, isWanted }, z.object({}))
    while (asked.length === 0) await sleep(5)
    isOurs = false
    await t.rejects(asking, { code: 'unavailable' })
    t.equal(asked.length, 1)
  },
)
