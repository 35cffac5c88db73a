import fc from 'fast-check'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import { until, type TelephonyHub } from './telephony-hub.ts'
import { conversation, customer, first, type Scenes } from './telephony-scene.ts'

/** What comes in: whether it is believed, told apart, and understood. */
export const webhooks: Scenes = {
  'a customer who rings is reported with both numbers': async (t, { hub, vendor }) => {
    const caller = vendor.ring(customer)
    const incoming = await hub.event('incoming')
    t.match(incoming, {
      from: customer,
      to: vendor.line,
      leg: { vendorId: caller.vendorId, callId: null, legId: null },
    })
    t.ok(incoming.at instanceof Date)
  },

  'a withheld number is null': async (t, { hub, vendor }) => {
    vendor.ring(null)
    t.equal((await hub.event('incoming')).from, null)
  },

  'a forged webhook is refused': async (t, { hub, vendor }) => {
    vendor.forge(true)
    vendor.ring(customer)
    const status = await until(() => hub.rejected[0], 'a refusal')
    t.ok(status === 401 || status === 403, 'with the status the vendor expects')
    t.same(hub.deliveries, [])
  },

  'a webhook that was tampered with, or carries no signature, is refused': async (t, { hub, vendor, channels }) => {
    vendor.ring(customer)
    const { request } = await first(hub)
    const verify = (changed: WebhookRequest): unknown => channels[request.channel]?.verify(changed)
    t.ok(verify(request))
    const other = Buffer.from(request.body.toString().replace(/\d(?=\D*$)/, digit => String((Number(digit) + 1) % 10)))
    t.throws(
      () => verify({ ...request, body: Buffer.concat([request.body, Buffer.from('&To=elsewhere')]) }),
      WebhookRejected,
    )
    t.throws(() => verify({ ...request, body: other }), WebhookRejected)
    t.throws(() => verify({ ...request, url: `${request.url}x` }), WebhookRejected)
    t.throws(
      () => verify({ ...request, headers: { 'content-type': request.headers['content-type'] ?? '' } }),
      WebhookRejected,
    )
  },

  'a repeated delivery has the same id, and every other one its own': async (t, scene) => {
    const { hub, vendor } = scene
    vendor.duplicate(true)
    await conversation(scene)
    const copies = await until(
      () => byId(hub, contents => contents.every(({ length }) => length === 2)),
      'every report twice',
    )
    t.ok(copies.size > 1)
    for (const [id, contents] of copies) t.equal(new Set(contents).size, 1, `${id} stands for one report`)
  },

  'the id does not depend on when the delivery came': async (t, { hub, vendor, channels }) => {
    vendor.ring(customer)
    const { id, request } = await first(hub)
    t.equal(channels[request.channel]?.verify({ ...request, receivedAt: new Date(0) }), id)
  },

  'nothing that comes in makes reading fail': async (t, { hub, vendor, telephony, channels }) => {
    vendor.ring(customer)
    const { request } = await first(hub)
    const names = [...new URLSearchParams(request.body.toString()).keys()]
    const form = fc.dictionary(fc.constantFrom(...names), fc.string())
    const bodies = fc.oneof(
      fc.string(),
      fc.uint8Array().map(bytes => Buffer.from(bytes).toString('latin1')),
      form.map(fields => new URLSearchParams(fields).toString()),
    )
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(channels)), bodies, (channel, body) => {
        const event = telephony.receive({ ...request, channel, body: Buffer.from(body) })
        return typeof event.type === 'string' && !Number.isNaN(event.at.getTime())
      }),
    )
    const { type } = telephony.receive({ ...request, channel: 'nothing we know' })
    t.equal(type, 'other')
  },
}

/** What each delivery id stood for, once it is as it should be. */
function byId({ deliveries }: TelephonyHub, isRight: (contents: string[][]) => boolean): Map<string, string[]> | null {
  const found = new Map<string, string[]>()
  for (const { id, request } of deliveries)
    found.set(id, [...(found.get(id) ?? []), request.channel + request.url + request.body.toString()])
  return isRight([...found.values()]) ? found : null
}
