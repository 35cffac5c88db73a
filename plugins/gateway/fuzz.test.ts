import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { test } from 'tap'
import { limits } from './limits.ts'
import { opened, step, type Session } from './session.ts'
import { enter, open } from './test-client.ts'
import { at, started, state, type TestGateway } from './test-hub.ts'

/** JSON that is almost a frame. */
const nearly = fc.oneof(
  fc.json(),
  fc
    .record(
      {
        id: fc.anything(),
        type: fc.oneof(fc.constantFrom('hello', 'ping', 'test.echo', '__proto__'), fc.anything()),
        data: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map(
      frame =>
        JSON.stringify(frame, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? '',
    ),
  fc.constantFrom(
    '',
    'null',
    '[]',
    '{',
    '"',
    '0',
    '{"__proto__":{"id":1}}',
    '['.repeat(4_000),
    '{"id":1e999,"type":"ping"}',
    '\u0000',
    '{"type":"hello"}',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
)

test('no text whatever makes a session throw, and each is answered or ends it', async t => {
  const start = new Date('2026-03-02T09:00:00Z')
  const live = (): Session => ({ ...opened(start), phase: 'live' })
  const run = () =>
    fc.assert(
      fc.property(nearly, fc.boolean(), (text, isLive) => {
        const session = isLive ? live() : opened(start)
        const { effects } = step(session, { type: 'frame', text, bytes: Buffer.byteLength(text) }, start)
        if (effects.length === 0) throw new Error('nothing came of it')
      }),
      { numRuns: 3_000 },
    )
  t.doesNotThrow(run)
})

/** Whether the hub goes on serving others as if nothing had been. */
async function goesOn(gateway: TestGateway): Promise<boolean> {
  const client = await enter(await gateway.ticket(gateway.staff.robin.id))
  await client.next('welcome')
  await gateway.publish('call.state', state('still here', gateway.staff.robin.id))
  const { data } = await client.next('call.state')
  client.close(1000)
  return data.at === at
}

test('frames that are none are refused over the wire, and nobody else is disturbed', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const texts = fc.sample(nearly, 1_500)
  const codes = new Set<number>()
  for (let from = 0; from < texts.length;) {
    const client = await enter(await gateway.ticket(sam.id))
    await client.next('welcome')
    const some = texts.slice(from, from + limits.framesPerSecond - 10)
    from += some.length
    for (const text of some) client.sendText(text)
    client.close(1000)
    codes.add((await client.closed).code)
  }
  t.strictSame(
    [...codes].filter(code => ![1000, 1009, 4000].includes(code)),
    [],
  )
  for (const text of texts.slice(0, 100)) {
    const client = await open((await gateway.ticket(sam.id)).url)
    client.sendText(text)
    t.match(await client.closed, { code: /^(4000|4001|1009)$/ })
  }
  t.ok(await goesOn(gateway))
})

/** A WebSocket at the level of bytes. */
async function upgraded(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  const key = randomBytes(16).toString('base64')
  socket.write(
    `GET /gateway HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
  )
  await once(socket, 'data')
  return socket
}

/** Bytes that are no WebSocket frames: not masked, unknown kinds, reserved bits, endless lengths, text that is no text, and noise. */
const noise: readonly Buffer[] = [
  Buffer.from([0x81, 0x02, 0x7b, 0x7d]),
  Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
  Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
  Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]),
  Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
  Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]),
  Buffer.from([0x88, 0x81, 0, 0, 0, 0, 0x01]),
  Buffer.from([0x80, 0x81, 0, 0, 0, 0, 0x61]),
  Buffer.from([0x01, 0x81, 0, 0, 0, 0, 0x61]),
]

test('bytes that are no WebSocket, before and after the hello, end that connection and no other', async t => {
  const gateway = await started(t)
  const { url } = await gateway.ticket(gateway.staff.sam.id)
  const garbage = [...noise, ...fc.sample(fc.uint8Array({ minLength: 1, maxLength: 200 }), 150).map(Buffer.from)]
  for (const bytes of garbage) {
    const socket = await upgraded(url)
    socket.end(bytes)
    socket.resume()
    await once(socket, 'close')
  }
  for (const bytes of garbage) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.end(bytes)
    socket.resume()
    await once(socket, 'close')
  }
  t.ok(await goesOn(gateway))
})
