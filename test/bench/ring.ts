import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOutsideVendor } from '@switchboard/test-e2e/outside-vendor'
import { connectPhone, signIn, type Phone } from '@switchboard/test-e2e/phone'
import { password } from '@switchboard/test-e2e/hub-process'
import { openLoad, percentiles, type Shot } from './open-load.ts'
import { withBare, withHub } from './surroundings.ts'

/** The plugins of hub.yaml that calls do not need: a hub at work has them all. */
const everythingElse = {
  ...{ hours: {}, 'match-address': {}, messaging: {}, reminders: {}, numbers: {}, webhooks: {}, alerts: {} },
}

/** A customer rings until `call.ringing`, with the card, is on the staff member's client; beside node:http with one insert. */
export async function ringBench(rings = 200): Promise<object[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-vendor-'))
  const vendor = await startOutsideVendor(dataDir, 7, async () => ({
    adapters: { 'blob-files': { dir: dataDir } },
    plugins: everythingElse,
  }))
  try {
    return await withHub(async hub => {
      const phone = await connectPhone(hub.url, await signIn(hub.url, 'alex@demo.example', password))
      const times: number[] = []
      let withCard = 0
      for (let ring = 0; ring < rings; ring++) {
        const { ms, orders } = await ringOnce(phone, vendor.twilio)
        times.push(ms)
        if (orders === 3) withCard += 1
      }
      phone.close()
      const bare = await withBare(hub, url => openLoad(url, blanks(), { perSecond: 20, seconds: 10 }))
      const mine = percentiles(times)
      return [
        {
          what: 'node:http + insert, answer',
          count: bare.accepted,
          p50Ms: bare.p50Ms,
          p99Ms: bare.p99Ms,
          maxMs: bare.maxMs,
        },
        {
          ...{ what: 'ring until call.ringing with card', count: times.length, ...mine, 'with 3 orders': withCard },
          'against the peer': `p50 ${(mine.p50Ms / bare.p50Ms).toFixed(2)}, p99 ${(mine.p99Ms / bare.p99Ms).toFixed(2)}`,
        },
      ]
    }, vendor.variables)
  } finally {
    await vendor.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** One ring, hung up by the caller as soon as the phone shows it. */
async function ringOnce(
  phone: Phone,
  twilio: { ring(caller: { from: string }): { hangUp(): boolean } },
): Promise<{ ms: number; orders: number }> {
  phone.frames.length = 0
  const startedAt = performance.now()
  const customer = twilio.ring({ from: '+61491570156' })
  const { data } = await phone.heard(({ type }) => type === 'call.ringing')
  const ms = performance.now() - startedAt
  customer.hangUp()
  await phone.state('Hungup')
  return { ms, orders: (data as { caller: { orders: unknown[] } }).caller.orders.length }
}

function* blanks(): Generator<Shot> {
  for (;;) yield { path: '/', headers: {}, body: Buffer.from('CallSid=CA0&From=%2B61491570156') }
}
