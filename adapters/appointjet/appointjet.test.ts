import { test } from 'tap'
import { day, type Page, type SourcePort, type WebhookRequest } from '@switchboard/core'
import { testKit, type TestKit } from '@switchboard/test-contracts/kit'
import { receiver, type Receiver } from '@switchboard/test-contracts/receiver'
import { sourceContract, type SourceRig, type SourceSetting } from '@switchboard/test-contracts/source'
import { appointjetSimulator, type RunningAppointjet } from '@switchboard/test-simulators/appointjet'
import { worldOf } from '@switchboard/test-simulators/world'
import { appointjet } from './appointjet.ts'

test('appointjet keeps the contract of a source', async t => {
  sourceContract(t, { name: 'appointjet', start })
})

test('a cursor that expires while reading means reading everything again, once', async t => {
  const { source, vendor, kit } = await demo(t)
  const pages: Page[] = []
  for await (const page of source.changes(null)) {
    pages.push(page)
    if (pages.length === 1) vendor.expireCursors()
  }
  const ids = pages.flatMap(page => page.records.map(record => record.externalId))
  t.equal(new Set(ids).size, told(vendor, kit.now()).length)
  t.ok(kit.lines.some(line => line.phrase === 'cursor expired; all is read again'))

  const stubborn = async (): Promise<void> => {
    for await (const page of source.changes(null)) if (page) vendor.expireCursors()
  }
  const error: unknown = await stubborn().catch((thrown: unknown) => thrown)
  t.match(
    error,
    { code: 'vendor_error', vendorStatus: 410 },
    'a vendor whose cursors never last is an error, not a loop',
  )
})

test('a partner who is taken off an appointment is no longer among its people', async t => {
  const { source, vendor, inbox } = await demo(t)
  const tendai = { id: null, firstName: 'Tendai', lastName: 'Moyo', name: null, email: null, phone: '0491 570 156' }
  const { appointment, delivered } = vendor.book({ partner: tendai })
  await delivered
  await vendor.change(appointment.id, { partner: null }).delivered
  const [both, alone] = inbox.requests.map(request => rolesIn(source, request))
  t.strictSame(both, ['primary', 'partner'], 'two people, also with one phone')
  t.strictSame(alone, ['primary'])
})

test('while secrets are rotated, either of them and either signature will do', async t => {
  const { vendor, inbox, channelWith } = await demo(t)
  const [before, after] = [secretOf('before'), secretOf('after')]
  const sign = async (secrets: string[]): Promise<WebhookRequest> => {
    vendor.signWith(secrets)
    await vendor.send('appointment.updated', {})
    return inbox.requests.at(-1) as WebhookRequest
  }
  const [old, both, renewed] = [await sign([before]), await sign([before, after]), await sign([after])]
  t.ok(channelWith(before, after).verify(old))
  t.ok(channelWith(before, after).verify(renewed))
  t.ok(channelWith(after).verify(both))
  t.throws(() => channelWith(after).verify(old), { code: 'webhook_rejected' })
})

test('one appointment can be asked for, also one that is gone or never was', async t => {
  const { source, vendor } = await demo(t)
  const { appointment } = vendor.book({
    type: 'final_fitting',
    status: 'no_show',
    startsAt: '2026-12-01T00:30:00.000Z',
  })
  t.match(await source.read?.(appointment.id), {
    kind: 'appointment',
    version: 1,
    deletedAt: null,
    people: [{ role: 'primary', firstName: 'Sarah', lastName: 'Whitlock', phones: ['+61491570156'] }],
    facts: {
      title: 'Final fitting',
      startsAt: '2026-12-01T00:30:00.000Z',
      status: 'no show',
      timeZone: 'Australia/Sydney',
    },
  })
  vendor.remove(appointment.id)
  t.match(await source.read?.(appointment.id), { version: 2, deletedAt: now() }, 'its tombstone')
  t.equal(await source.read?.('apt_of/nobody'), null)
})

test('a vendor that is told to wait for is asked again when it said', async t => {
  const { source, vendor, kit } = await demo(t)
  vendor.faults.set({ retryAfterSeconds: 0 })
  vendor.faults.force('status429', 2)
  const pages: Page[] = []
  for await (const page of source.changes(null)) pages.push(page)
  t.equal(pages.flatMap(page => page.records).length, told(vendor, kit.now()).length)
  t.equal(kit.lines.filter(line => line.phrase === 'vendor is asked again').length, 2)
})

test('deliveries that are forged, or were signed an hour ago, are not believed', async t => {
  const { vendor, inbox, channel } = await demo(t)
  vendor.faults.force('forged')
  vendor.faults.force('staleSignature')
  await vendor.book().delivered
  const [forged, stale, true_] = inbox.requests as [WebhookRequest, WebhookRequest, WebhookRequest]
  t.throws(() => channel.verify(forged), { code: 'webhook_rejected' })
  t.throws(() => channel.verify(stale), { code: 'webhook_rejected' })
  t.equal(channel.verify(true_), true_.headers['webhook-id'])
})

test('a hub that comes back after months reads everything again, and then only what is new', async t => {
  const { source, vendor, kit } = await demo(t)
  const longAgo = source.cursorAt?.(new Date('2026-06-01T00:00:00Z')) ?? null
  const pages: Page[] = []
  for await (const page of source.changes(longAgo)) pages.push(page)
  const all = told(vendor, kit.now()).map(({ id }) => id)
  t.strictSame(pages.flatMap(page => page.records.map(record => record.externalId)).sort(), all.toSorted())
  t.strictSame(pages.at(-1)?.whole?.externalIds.toSorted(), all.toSorted(), 'so that what was forgotten is found')
  let rows = 0
  for await (const page of source.changes(pages.at(-1)?.cursor ?? null)) rows += page.records.length
  t.ok(rows < all.length / 4)
})

test('it asks nobody but the vendor, and every wrong setting is named', t => {
  const listed = appointjet.options.parse({
    url: 'http://127.0.0.1:4001/hub',
    token: 't',
    webhookSecrets: 'whsec_YQ==, whsec_Yg==',
  })
  t.strictSame(listed.webhookSecrets, ['whsec_YQ==', 'whsec_Yg=='], 'several in one text')
  t.strictSame(appointjet.http?.(listed), { hosts: ['127.0.0.1:4001'], perSecond: 10, concurrency: 2 })
  const read = appointjet.options.safeParse({ url: 'nowhere', token: '', webhookSecrets: [], pageSize: 1000 })
  t.strictSame(read.error?.issues.map(issue => issue.path[0]).sort(), ['pageSize', 'token', 'url', 'webhookSecrets'])
  t.end()
})

async function start(setting: SourceSetting): Promise<SourceRig> {
  const vendor = await appointjetSimulator.start(setting)
  const { source, channel } = adapter(vendor, testKit('appointjet', setting.now, { publicUrl: setting.publicUrl }))
  const first = vendor.appointments().find(({ deletedAt }) => deletedAt === null)?.id ?? ''
  return {
    source,
    channel,
    faults: vendor.faults,
    signsTime: true,
    readsDeleted: true,
    externalIds: () => told(vendor, setting.now()).map(({ id }) => id),
    change: () => ({ externalId: first, delivered: vendor.change(first, { status: 'confirmed' }).delivered }),
    remove: () => ({ externalId: first, delivered: vendor.remove(first).delivered }),
    spoil() {
      vendor.spoil(first)
      return first
    },
    sendUnknown: () => vendor.send('moon.full', { id: 1 }),
    close: vendor.close,
  }
}

/** Tombstones are told of for thirty days. */
function told(vendor: RunningAppointjet, now: Date): ReturnType<RunningAppointjet['appointments']> {
  const oldest = now.getTime() - 30 * day
  return vendor.appointments().filter(({ deletedAt }) => deletedAt === null || deletedAt.getTime() >= oldest)
}

function adapter(vendor: RunningAppointjet, kit: TestKit, more: object = {}): Pick<SourceRig, 'source' | 'channel'> {
  const given = { ...appointjetSimulator.options, ...vendor.options, pageSize: 20, ...more }
  const { source, channels } = appointjet.create(appointjet.options.parse(given), kit)
  if (!source || !channels?.['webhooks']) throw new Error('appointjet provides no source')
  return { source, channel: channels['webhooks'] }
}

interface Demo extends Pick<SourceRig, 'channel'> {
  source: SourcePort
  vendor: RunningAppointjet
  kit: TestKit
  inbox: Receiver
  channelWith(...webhookSecrets: string[]): SourceRig['channel']
}

const now = (): Date => new Date('2026-11-20T10:00:00Z')

async function demo(t: { teardown(end: () => unknown): void }): Promise<Demo> {
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 3, now: now(), people: 100 })
  const vendor = await appointjetSimulator.start({ publicUrl: inbox.publicUrl, adapter: 'aj', world, seed: 3, now })
  t.teardown(vendor.close)
  const kit = testKit('aj', now)
  const channelWith = (...webhookSecrets: string[]): SourceRig['channel'] =>
    adapter(vendor, kit, { webhookSecrets }).channel
  return { ...adapter(vendor, kit), vendor, kit, inbox, channelWith }
}

function secretOf(text: string): string {
  return `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`
}

function rolesIn(source: SourcePort, request: WebhookRequest): string[] {
  return (source.webhook?.(request) ?? []).flatMap(item =>
    'people' in item ? item.people.map(person => person.role) : [],
  )
}
