import { test } from 'tap'
import type { WebhookRequest } from '@switchboard/core'
import { readCallback, verifyCallback } from './callback.ts'
import { simplybookme } from './simplybookme.ts'
import { demo } from './testing.ts'

test('the address holds the secret, and is marked so that nobody prints it', async t => {
  const { vendor, kit, inbox } = await demo(t)
  await vendor.book().delivered
  const secret = 'a-secret_of_the_shop'
  const given = { company: 'c', userLogin: 'u', userPassword: 'p', timeZone: 'UTC', callbackSecret: secret }
  const { channels } = simplybookme.create(simplybookme.options.parse(given), kit)
  t.strictSame(Object.keys(channels ?? {}), [`callback-${secret}`])
  t.equal(channels?.[`callback-${secret}`]?.isSecret, true)
  t.match(inbox.requests[0]?.url, /\/webhooks\/sbm\/callback-simulated_callback_secret$/)
})

test('a stranger is turned away: by the address, or by the company he names', async t => {
  const { vendor, channel, inbox } = await demo(t)
  const [{ id = '' } = {}] = vendor.bookings()
  await vendor.forge('path', id)
  await vendor.forge('company', id)
  const [guessed, other] = inbox.requests as [WebhookRequest, WebhookRequest]
  t.equal(guessed.channel, 'callback-guessed', 'which is no channel of ours')
  t.throws(() => channel.verify(other), { code: 'webhook_rejected', message: /another company/ })
})

test('what is repeated within a minute is one delivery; another booking, kind, hash or minute is another', t => {
  const id = verifyCallback(callback({}), 'shop')
  t.equal(verifyCallback(callback({}, 59_999), 'shop'), id)
  t.equal(verifyCallback(callback({ booking_id: 2262 }), 'SHOP'), id, 'a number is as good as text')
  const others = [
    callback({ booking_id: '2263' }),
    callback({ notification_type: 'cancel' }),
    callback({ booking_hash: 'other' }),
    callback({ booking_hash: null }),
    callback({}, 60_000),
  ].map(request => verifyCallback(request, 'shop'))
  t.equal(new Set([id, ...others]).size, 6)
  t.end()
})

test('a booking id that could lead elsewhere in an address is refused', t => {
  for (const booking_id of ['..', '../webhooks', '1/2', '1?x=1', '', 'a'.repeat(65), null, 1.5]) {
    t.throws(() => verifyCallback(callback({ booking_id }), 'shop'), { code: 'webhook_rejected' })
    t.throws(() => readCallback(callback({ booking_id })), { code: 'bad_body' })
  }
  t.end()
})

test('a reminder changes nothing; what else happened, known or not, is looked up', t => {
  t.strictSame(readCallback(callback({ notification_type: 'notify' })), [])
  for (const notification_type of ['create', 'change', 'cancel', 'moon_full'])
    t.strictSame(readCallback(callback({ notification_type })), [{ hint: '2262' }])
  t.end()
})

test('the truth is what is read with our own token, whatever the hash in the callback says', async t => {
  const { vendor, source, channel, inbox } = await demo(t)
  const { booking, delivered } = vendor.book({ name: 'Dr Ana O’Neill' })
  await delivered
  const request = inbox.requests[0] as WebhookRequest
  const lying = { ...request, body: Buffer.from(request.body.toString().replace(booking.hash, 'f'.repeat(32))) }
  t.ok(channel.verify(lying))
  const [hint] = source.webhook?.(lying) ?? []
  t.strictSame(hint, { hint: booking.id })
  t.match(await source.read?.(booking.id), { people: [{ name: 'Dr Ana O’Neill' }] })
  t.equal(await source.read?.('1'), null, 'a booking that was made up is not there')
})

test('a flood of callbacks about bookings that are not there costs a request each, and those go through the limits of the vendor', async t => {
  const { vendor, source, kit } = await demo(t, { perSecond: 2000 })
  const asked = (): number => kit.lines.filter(line => line.phrase === 'vendor was asked').length
  await Promise.all(Array.from({ length: 60 }, (_, nth) => source.read?.(String(nth))))
  t.equal(asked(), 61, 'one login, and one request each')
  t.equal(vendor.tokensGranted(), 1)
  const limits = simplybookme.http?.(
    simplybookme.options.parse({
      company: 'c',
      userLogin: 'u',
      userPassword: 'p',
      timeZone: 'UTC',
      callbackSecret: 'x'.repeat(16),
    }),
  )
  t.match(limits, { perSecond: 2, concurrency: 1 })
})

function callback(change: object, afterMs = 0): WebhookRequest {
  const body = { booking_id: '2262', booking_hash: 'abc', company: 'shop', notification_type: 'change', ...change }
  return {
    ...{ adapter: 'sbm', channel: 'callback-x', method: 'POST', url: 'http://hub.example/webhooks/sbm/callback-x' },
    ...{ headers: {}, body: Buffer.from(JSON.stringify(body)) },
    receivedAt: new Date(Date.parse('2026-11-20T10:00:00Z') + afterMs),
  }
}
