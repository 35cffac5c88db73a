import { VendorError, type Message } from '@switchboard/core'
import { readAll, thrownBy, told, type Checks, type Stage } from './messaging-scene.ts'
import { receiver } from './receiver.ts'

const types = ['image/png', 'application/pdf']

/** The files that come with messages: fetched whole, and without telling our secrets to anybody. */
export const files: Checks = {
  'files that came with a message are fetched, whichever way it was heard': async (t, stage) => {
    const { filesOf, messaging } = stage
    if (!filesOf) return void t.equal(messaging.media, undefined)
    const { externalId, delivered } = stage.hearFrom('See the pictures.', undefined, types)
    await delivered
    const wanted = filesOf(externalId)
    t.equal(wanted.length, types.length)
    for (const events of [told(stage), stage.hasChanges ? await readAll(stage) : told(stage)]) {
      const urls = mediaOf(events, externalId)
      t.same(
        urls.map(({ contentType }) => contentType),
        types,
      )
      for (const [index, { url }] of urls.entries()) {
        const got = await messaging.media?.(url)
        t.equal(got?.contentType, types[index])
        t.ok(wanted[index]?.bytes.equals(Buffer.from(got?.body ?? [])), 'byte for byte')
      }
    }
    t.equal(stage.leaks(), 0, 'and where they are kept nobody saw our credentials')
  },

  'a file survives a vendor that stumbles, and says whether to try again': async (t, stage) => {
    const { filesOf, messaging, faults } = stage
    if (!filesOf) return void t.pass('no files')
    const { externalId, delivered } = stage.hearFrom('See the picture.', undefined, types)
    await delivered
    const [{ url } = { url: '' }] = mediaOf(told(stage), externalId)
    for (const name of ['status429', 'status5xx', 'cut'] as const) {
      faults.set({ retryAfterSeconds: 0 })
      faults.force(name)
      t.ok(await messaging.media?.(url), name)
    }
    faults.set({ status5xx: 1 })
    t.match(await thrownBy(async () => messaging.media?.(url)), { name: 'VendorError', retryable: true })
    faults.clear()
    faults.set({ tokenExpired: 1 })
    t.match(await thrownBy(async () => messaging.media?.(url)), { name: 'VendorError', retryable: false })
  },

  'an address that leads elsewhere gets neither a request nor our credentials': async (t, stage) => {
    const { filesOf, messaging, hearFrom, now } = stage
    if (!filesOf) return void t.pass('no files')
    const stranger = await receiver(t, now)
    const { externalId, delivered } = hearFrom('See the picture.', undefined, types)
    await delivered
    const [{ url } = { url: '' }] = mediaOf(told(stage), externalId)
    const { pathname } = new URL(url)
    for (const strange of [`${stranger.publicUrl}/webhooks/x/y`, 'file:///etc/passwd', 'nothing', `${url}/../../x`])
      t.ok((await thrownBy(async () => messaging.media?.(strange))) instanceof VendorError, strange)
    await messaging.media?.(stranger.publicUrl + pathname).catch(() => undefined)
    t.same(stranger.requests, [])
  },
}

/** What is begun by us, and what is written into the vendor's own threads. */
export const keeping: Checks = {
  'it begins conversations of the kinds it says': async (t, stage) => {
    const kinds = stage.messaging.begins ?? ['sms']
    t.same(Object.keys(stage.beginnings).sort(), [...kinds].sort())
    for (const [kind, message] of Object.entries(stage.beginnings)) {
      t.equal(message.conversationId, null)
      const before = stage.taken().length
      await stage.messaging.send(message, `begin ${kind}`)
      t.equal(stage.taken().length, before + 1, kind)
    }
  },

  'what was carried elsewhere is written down once': async (t, stage) => {
    const { kept, messaging, faults } = stage
    if (!kept) return void t.equal(messaging.keep, undefined)
    const message = elsewhere(stage)
    const first = await messaging.keep?.(message)
    t.same(await messaging.keep?.(message), first, 'the second time it is the same')
    faults.force('truncatedJson')
    await messaging.keep?.(message).catch(() => undefined)
    t.equal(kept(message.externalId), 1)
    faults.set({ tokenExpired: 1 })
    t.ok((await thrownBy(async () => messaging.keep?.(message))) instanceof VendorError)
  },
}

/** A call that somebody made. */
function elsewhere({ now }: Stage): Message {
  const end = (handle: string) => ({ handle, name: null, externalId: null })
  return {
    ...{ externalId: 'call:0001', conversationId: null, kind: 'call', direction: 'inbound', subject: null, media: [] },
    ...{ from: end('+61491570110'), to: [end('+61255501234')], status: 'received', at: now() },
    text: 'They called and spoke with Alex for 3 min',
  }
}

function mediaOf(events: ReturnType<typeof told>, externalId: string): Message['media'] {
  const found = events.find(event => event.type === 'message' && event.message.externalId === externalId)
  return found?.type === 'message' ? found.message.media : []
}
