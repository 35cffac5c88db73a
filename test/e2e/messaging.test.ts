import { Ajv } from 'ajv'
import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import type { Frame } from './phone.ts'
import { startTexting, until, type Texting } from './texting.ts'

interface ThreadSeen {
  id: string
  vendor: string
  handle: string
  profileId: string | null
  unread: number
  lastText: string
}
interface MessageSeen {
  id: string
  direction: string
  text: string
  status: string
  media: { url: string | null; contentType: string | null }[]
}

const sarah = '+61491570156'
const stranger = '+61491570110'

const threads = async (at: Texting, query: string): Promise<ThreadSeen[]> =>
  (await at.get<{ items: ThreadSeen[] }>(`/api/threads?${query}`)).items
const messages = async (at: Texting, threadId: string): Promise<MessageSeen[]> =>
  (await at.get<{ items: MessageSeen[] }>(`/api/threads/${threadId}/messages`)).items
const outbound = (at: Texting): { to: string; body: string; status: string }[] =>
  at.vendor.twilio.texts().filter(({ direction }) => direction !== 'inbound')
const isReceived =
  (text: string) =>
  ({ type, data }: Frame): boolean =>
    type === 'message.received' && (data?.['message'] as { text?: string } | undefined)?.text === text

/** What is wrong with frames, by the document that the hub gives to programs. */
async function wrongWith(url: string, frames: readonly Frame[]): Promise<string[]> {
  const { components } = (await (await fetch(`${url}/asyncapi.json`)).json()) as {
    components: { messages: Record<string, { payload: object }> }
  }
  const ajv = new Ajv({ strict: false, validateFormats: false })
  return frames.flatMap(frame => {
    const payload = frame.type && components.messages[frame.type]?.payload
    if (!frame.type || (payload && ajv.validate(payload, frame))) return []
    return [`${frame.type}: ${payload ? ajv.errorsText() : 'is not in the document'}`]
  })
}

t.test('texts and emails, from the vendors to the phone client and back', { timeout: 280_000 }, async t => {
  const { url } = await testDatabase(t)
  const at = await startTexting(t.testdir(), url, { writeCallsTo: 'front', webhookMinutes: 0 })
  t.teardown(() => at.close())
  const { twilio } = at.vendor
  let threadId = ''
  let profileId = ''
  const send = (data: object): Promise<Frame> => at.alex.send('message.send', data)

  await t.test('a text of a known customer comes in as a counted frame, tied to them', async t => {
    const person = await until(
      async () =>
        (await at.get<{ items: { id: string }[] }>(`/api/profiles?phone=${encodeURIComponent(sarah)}`)).items[0],
    )
    profileId = person.id
    await twilio.hear({ body: 'Is my dress ready?' }).delivered
    const frame = await at.alex.heard(isReceived('Is my dress ready?'))
    t.match(frame.data, {
      profileId,
      message: { direction: 'inbound', from: { handle: sarah }, media: [] },
      thread: { profileId, handle: sarah, attached: 'sure', unread: 1 },
    })
    threadId = String(frame.data?.['threadId'])
    t.match(await threads(at, `profile=${profileId}&vendor=twilio`), [{ id: threadId, unread: 1 }])
  })

  await t.test('the answer is sent once, and its steps come back', async t => {
    const key = 'my-own-key'
    const first = await send({ threadId, text: 'Yes, come by.', key })
    t.match(first, { ok: true, data: { threadId } })
    t.match(await send({ threadId, text: 'Yes, come by.', key }), { ok: true, data: first.data })
    const { messageId } = first.data as { messageId: string }
    await at.alex.heard(
      ({ type, data }) =>
        type === 'message.changed' && data?.['messageId'] === messageId && data['status'] === 'delivered',
    )
    t.match(outbound(at), [{ to: sarah, body: 'Yes, come by.', status: 'delivered' }])
    t.match(
      await threads(at, `vendor=twilio&handle=${encodeURIComponent(sarah)}`),
      [{ unread: 0 }],
      'who answers has read',
    )
  })

  await t.test('a picture is fetched from the vendor and served', async t => {
    const { messageSid, delivered } = twilio.hear({ body: 'Like this one', media: ['image/png'] })
    await delivered
    const found = await until(async () =>
      (await messages(at, threadId)).find(({ media }) => media.some(file => file.url !== null)),
    )
    const answer = await fetch(`${at.hub.url}${found.media[0]?.url}`, {
      headers: { authorization: `Bearer ${at.token}` },
    })
    t.equal(answer.headers.get('content-type'), 'image/png')
    t.same(Buffer.from(await answer.arrayBuffer()), twilio.filesOf(messageSid)[0]?.bytes)
    t.equal(twilio.leaks(), 0, 'the account’s credentials went to the API only')
  })

  await t.test('who writes STOP is not written to until they write START', async t => {
    await twilio.hear({ body: 'STOP' }).delivered
    await at.alex.heard(isReceived('STOP'))
    t.match(await send({ threadId, text: 'A last word' }), { ok: false, error: { code: 'opted_out' } })
    await twilio.hear({ body: 'START' }).delivered
    await at.alex.heard(isReceived('START'))
    t.match(await send({ threadId, text: 'Welcome back' }), { ok: true })
    await until(async () => outbound(at).length === 2)
    t.notOk(outbound(at).some(({ body }) => body === 'A last word'))
  })

  await t.test('a conversation in Front is one, by webhook and by reading; what no webhook told is read', async t => {
    await at.front.hear({ from: stranger, text: 'One' }).delivered
    await at.alex.heard(isReceived('One'))
    await at.run('FrontEvents')
    at.front.faults.force('drop')
    await at.front.hear({ from: stranger, text: 'Two' }).delivered
    await at.run('FrontEvents')
    await at.alex.heard(isReceived('Two'))
    await at.front.hear({ from: stranger, text: 'Three' }).delivered
    await at.alex.heard(isReceived('Three'))
    const [thread, ...others] = await threads(at, `vendor=front&handle=${encodeURIComponent(stranger)}`)
    t.same(others, [])
    const said = (await messages(at, thread?.id ?? '')).filter(({ text }) => text === 'One' || text === 'Two')
    t.same(said.map(({ text }) => text).sort(), ['One', 'Two'])
    t.equal(at.alex.frames.filter(isReceived('One')).length, 1)
  })

  await t.test(
    'Front’s webhook falls silent: an alert, nothing is missing, and it is said when it is well',
    async t => {
      const alerts = async () =>
        (await at.get<{ items: { key: string; clearedAt: string | null }[] }>('/api/alerts')).items
      const silent = async () => (await alerts()).find(({ key }) => key === 'messages:silent')
      at.front.faults.set({ silentWebhook: 1 })
      const texts = ['Hello?', 'Anybody?', 'Please call']
      for (const text of texts) await at.front.hear({ from: stranger, text }).delivered
      for (let runs = 0; runs < 2 && !(await silent()); runs++) await at.run('FrontCheck')
      t.match(await silent(), { part: 'front', clearedAt: null, message: /3 messages/ })
      for (const text of texts) {
        await at.alex.heard(isReceived(text))
        t.equal(at.alex.frames.filter(isReceived(text)).length, 1)
      }
      at.front.faults.clear()
      await at.front.hear({ from: stranger, text: 'At last' }).delivered
      await at.alex.heard(isReceived('At last'))
      await at.run('FrontCheck')
      t.ok((await silent())?.clearedAt)
    },
  )

  await t.test('a call is written down in Front, and is no message; the timeline has it all together', async t => {
    const before = at.alex.frames.length
    const call = twilio.ring({ from: sarah })
    await at.alex.heard(({ type }) => type === 'call.ringing')
    call.hangUp()
    const isWritten = () => at.front.messages().find(({ importedAs }) => importedAs?.startsWith('call:'))
    const written = await until(async () => isWritten())
    t.match(written.text, /^They called/)
    await at.run('FrontEvents')
    await twilio.hear({ body: 'I just called' }).delivered
    await at.alex.heard(isReceived('I just called'))
    t.notOk(at.alex.frames.slice(before).some(isReceived(written.text)), 'nobody is told of it as a message')
    const { items } = await at.get<{ items: { kind: string; summary: string }[] }>(
      `/api/profiles/${profileId}/timeline?limit=100`,
    )
    const kinds = new Set(items.map(({ kind }) => kind))
    for (const kind of ['order', 'call', 'message']) t.ok(kinds.has(kind), kind)
    t.equal(items.filter(({ summary }) => summary.startsWith('They called')).length, 1, 'the call is there once')
    const [first] = items.filter(({ kind }) => kind === 'message')
    t.equal(first?.summary, 'They wrote: I just called')
  })

  await t.test('every frame was as the document says', async t => {
    t.same(await wrongWith(at.hub.url, at.alex.frames), [])
    t.ok(at.alex.frames.some(({ type }) => type === 'thread.changed'))
  })
})
