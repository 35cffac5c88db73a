import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import type { Frame } from './phone.ts'
import { startTexting, until, type Texting } from './texting.ts'

interface MessageSeen {
  id: string
  text: string
  status: string
}

const messages = async (at: Texting, threadId: string): Promise<MessageSeen[]> =>
  (await at.get<{ items: MessageSeen[] }>(`/api/threads/${threadId}/messages`)).items
const outbound = (at: Texting): { body: string }[] =>
  at.vendor.twilio.texts().filter(({ direction }) => direction !== 'inbound')
const isReceived = ({ type }: Frame): boolean => type === 'message.received'

t.test(
  'a hub that is killed between the vendor’s taking a text and noting it sends it once',
  { timeout: 280_000 },
  async t => {
    const { url } = await testDatabase(t)
    const at = await startTexting(t.testdir(), url)
    t.teardown(() => at.close())
    const { twilio } = at.vendor
    await twilio.hear({ body: 'Hi' }).delivered
    const { data } = await at.alex.heard(isReceived)
    const threadId = String(data?.['threadId'])

    await t.test('killed while the vendor’s answer is on its way', async t => {
      twilio.faults.set({ answeredLate: 1, lateMs: 60_000 })
      const { data: sent } = await at.alex.send('message.send', { threadId, text: 'Your gown is ready.', key: 'k1' })
      await until(async () => outbound(at).length === 1)
      await at.hub.end('SIGKILL')
      twilio.faults.clear()
      await at.killAndStart()
      const message = await until(async () =>
        (await messages(at, threadId)).find(({ id, status }) => id === sent?.['messageId'] && settled.has(status)),
      )
      t.equal(message.text, 'Your gown is ready.')
      t.match(await at.alex.send('message.send', { threadId, text: 'Your gown is ready.', key: 'k1' }), {
        ok: true,
        data: { messageId: message.id },
      })
      await fence(at, threadId)
      t.equal(outbound(at).filter(({ body }) => body === 'Your gown is ready.').length, 1)
    })

    await t.test('the answer is cut off, and the hub goes on', async t => {
      twilio.faults.force('unanswered')
      const { data: sent } = await at.alex.send('message.send', { threadId, text: 'See you at noon.' })
      await until(async () =>
        (await messages(at, threadId)).find(({ id, status }) => id === sent?.['messageId'] && settled.has(status)),
      )
      await fence(at, threadId)
      t.equal(outbound(at).filter(({ body }) => body === 'See you at noon.').length, 1)
    })
  },
)

const settled = new Set(['sent', 'delivered'])

/** Messages of one conversation are sent in their order: when this one has come, nothing before it is still to be sent. */
async function fence(at: Texting, threadId: string): Promise<void> {
  const text = `fence ${outbound(at).length}`
  await at.alex.send('message.send', { threadId, text })
  await until(async () => outbound(at).some(({ body }) => body === text))
}
