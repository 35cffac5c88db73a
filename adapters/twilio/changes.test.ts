import type { MessageEvent, MessagePage, MessagingPort } from '@switchboard/core'
import { faultsOf } from '@switchboard/test-simulators/faults'
import { serve } from '@switchboard/test-simulators/server'
import type { RunningTwilio } from '@switchboard/test-simulators/twilio'
import t, { type Test } from 'tap'
import { fastSimulator, twilioAdapter, twilioKit } from './testing.ts'

const hub = 'http://127.0.0.1:9'
const [line, person] = ['+61255501234', '+61491570156']
const hour = 3_600_000
const day = 24 * hour

interface Scene {
  vendor: RunningTwilio
  messaging: MessagingPort
  wait(ms: number): void
}

/** A simulated vendor whose webhooks reach nobody, with a clock of the test's own. */
async function scene(t: Test, change: object = {}): Promise<Scene> {
  let at = Date.parse('2026-11-21T09:00:00Z')
  const now = (): Date => new Date(at)
  const vendor = await fastSimulator({ publicUrl: hub, now })
  t.teardown(() => vendor.close())
  vendor.faults.set({ drop: 1 })
  vendor.scriptText(person, 'waits')
  const { messaging } = twilioAdapter(twilioKit(hub, 'twilio', now), { ...vendor.options, pageSize: 5, ...change })
  return { vendor, messaging, wait: ms => void (at += ms) }
}

async function read(messaging: MessagingPort, cursor: string | null = null): Promise<MessagePage[]> {
  const pages: MessagePage[] = []
  for await (const page of messaging.changes?.(cursor) ?? []) pages.push(page)
  return pages
}

const eventsIn = (pages: readonly MessagePage[]): MessageEvent[] => pages.flatMap(({ events }) => events)
const lastCursor = (pages: readonly MessagePage[]): string | null => pages.at(-1)?.cursor ?? null

t.test('a text whose webhook was lost is read, with the wish in it', async t => {
  const { vendor, messaging } = await scene(t)
  const { messageSid } = vendor.hear({ from: person, body: 'STOP' })
  t.match(eventsIn(await read(messaging)), [
    { type: 'message', eventId: `${messageSid}:received`, message: { direction: 'inbound', text: 'STOP' } },
    { type: 'consent', eventId: `${messageSid}:consent`, handle: person, line, isWanted: false },
  ])
})

t.test('a sent text is read as a message and the step it has come to, and later only as its next step', async t => {
  const { vendor, messaging, wait } = await scene(t)
  const text = { conversationId: null, from: null, to: [person], subject: null, text: 'Soon!', media: [] }
  const { externalId } = await messaging.send(text, 'key')
  const first = await read(messaging)
  t.match(eventsIn(first), [
    { type: 'message', message: { externalId, direction: 'outbound', text: 'Soon!', to: [{ handle: person }] } },
    { type: 'status', eventId: `${externalId}:queued`, status: 'queued', key: null },
  ])
  wait(20 * hour)
  await vendor.settleText(externalId ?? '', { undelivered: 30006 })
  const second = await read(messaging, lastCursor(first))
  t.match(eventsIn(second), [
    { eventId: `${externalId}:undelivered`, status: 'undelivered', trouble: { code: '30006', because: 'badAddress' } },
  ])
  t.equal(eventsIn(second).length, 1)
  t.same(await read(messaging, lastCursor(second)), [], 'and then nothing more')
})

t.test('a text that came with files is read with them', async t => {
  const { vendor, messaging } = await scene(t)
  vendor.hear({ from: person, body: '', media: ['image/jpeg', 'application/pdf'] })
  const [event] = eventsIn(await read(messaging))
  const path = /\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\/MM[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/
  t.match(event, {
    message: {
      media: [
        { url: path, contentType: 'image/jpeg', name: null },
        { url: path, contentType: 'application/pdf', name: null },
      ],
    },
  })
})

t.test('the first read goes back as far as is set, by the week, the oldest first', async t => {
  const { vendor, messaging, wait } = await scene(t, { historyDays: 60 })
  const bodies = Array.from({ length: 30 }, (_, index) => `Day ${index * 3}.`)
  for (const body of bodies) {
    vendor.hear({ from: person, body })
    wait(3 * day)
  }
  const pages = await read(messaging)
  const texts = (events: readonly MessageEvent[]): string[] =>
    events.flatMap(event => (event.type === 'message' ? [event.message.text] : []))
  t.same(texts(eventsIn(pages)), bodies.slice(10))
  for (const [index, { cursor }] of pages.entries())
    t.same(
      texts(eventsIn([...pages.slice(0, index + 1), ...(await read(messaging, cursor))])),
      bodies.slice(10),
      `from page ${index} on nothing is missed or told again`,
    )
})

t.test('rows that others push onto the next page while we read are told once', async t => {
  const { vendor, messaging } = await scene(t)
  const sids = Array.from({ length: 23 }, (_, index) => vendor.hear({ body: `${index}` }).messageSid)
  vendor.faults.set({ shiftedPage: 1 })
  const told = eventsIn(await read(messaging)).map(event => event.eventId)
  t.same(
    told,
    sids.map(sid => `${sid}:received`),
  )
})

t.test('a quiet vendor is read again from a day back, and tells nothing', async t => {
  const { vendor, messaging, wait } = await scene(t)
  for (let index = 0; index < 12; index++) {
    vendor.hear({ body: `${index}` })
    wait(10 * 60_000)
  }
  const pages = await read(messaging)
  t.equal(eventsIn(pages).length, 12)
  wait(30 * day)
  t.same(await read(messaging, lastCursor(pages)), [])
})

t.test('a row that cannot be read is kept with its error, the others are read, and it is told once', async t => {
  const row = (sid: string, date_created: string): object => ({
    ...{ sid, direction: 'inbound', from: person, to: line, body: 'Hi', status: 'received', num_media: '0' },
    ...{ date_created, date_sent: date_created, date_updated: date_created, error_code: null },
  })
  const made = 'Sat, 21 Nov 2026 08:00:00 +0000'
  const messages = [row('SM3', made), row('SM2', 'yesterday'), { sid: 'SM1' }, null, row('SM0', made)]
  const handle = (): object => ({ body: { messages, next_page_uri: null } })
  const path = '/2010-04-01/Accounts/:account/Messages.json'
  const { url, close } = await serve({ routes: [{ method: 'GET', path, handle }], faults: faultsOf(1) })
  t.teardown(close)
  const now = (): Date => new Date('2026-11-21T09:00:00Z')
  const { messaging } = twilioAdapter(twilioKit(hub, 'twilio', now), { url, historyDays: 1 })
  const pages = await read(messaging)
  t.same(
    eventsIn(pages).map(event => event.eventId),
    ['SM0:received', 'SM3:received'],
  )
  const unreadable = pages.flatMap(page => page.unreadable)
  t.same(
    unreadable.map(({ externalId }) => externalId),
    ['SM2', 'SM1', null],
  )
  t.match(unreadable[0], { error: /date_created/, row: { sid: 'SM2' } })
  t.same(await read(messaging, lastCursor(pages)), [])
})

t.test('words nobody knows are kept by their name, and the message lives', async t => {
  const made = 'Sat, 21 Nov 2026 08:00:00 +0000'
  const row = {
    sid: 'SM1',
    direction: 'outbound-reply',
    from: line,
    to: person,
    body: 'Hi',
    status: 'levitating',
    date_created: made,
  }
  const handle = (): object => ({ body: { messages: [{ ...row, somethingNew: 1 }] } })
  const path = '/2010-04-01/Accounts/:account/Messages.json'
  const { url, close } = await serve({ routes: [{ method: 'GET', path, handle }], faults: faultsOf(1) })
  t.teardown(close)
  const now = (): Date => new Date('2026-11-21T09:00:00Z')
  const { messaging } = twilioAdapter(twilioKit(hub, 'twilio', now), { url, historyDays: 1 })
  t.match(eventsIn(await read(messaging)), [
    { type: 'message', message: { status: 'sending', direction: 'outbound' } },
    { type: 'other', name: 'levitating' },
  ])
})
