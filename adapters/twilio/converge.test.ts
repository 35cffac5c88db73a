import { laterStatus, VendorError, type MessageEvent, type MessageStatus } from '@switchboard/core'
import { receiver } from '@switchboard/test-contracts/receiver'
import { faultNames } from '@switchboard/test-simulators/faults'
import t from 'tap'
import { fastSimulator, twilioAdapter, twilioKit, type TwilioAdapter } from './testing.ts'

/** A message as far as all that was told of it goes. */
interface Known {
  direction: string
  text: string
  status: MessageStatus
  code: string | null
}

/** What a hub knows after these events, each of which counts once. */
function known(events: readonly MessageEvent[]): Map<string, Known> {
  const unique = [...new Map(events.map(event => [event.eventId, event])).values()]
  const messages = new Map<string, Known>()
  for (const event of unique)
    if (event.type === 'message') {
      const { externalId, direction, text, status } = event.message
      messages.set(externalId, { direction, text, status, code: null })
    }
  for (const event of unique) {
    const message = event.type === 'status' && messages.get(event.externalId)
    if (!message || event.type !== 'status') continue
    message.status = laterStatus(message.status, event.status)
    message.code ??= event.trouble?.code ?? null
  }
  return messages
}

async function readAll({ messaging }: TwilioAdapter): Promise<MessageEvent[]> {
  const events: MessageEvent[] = []
  for (let cursor: string | null = null, isDone = false; !isDone;) {
    try {
      for await (const page of messaging.changes?.(cursor) ?? []) {
        events.push(...page.events)
        cursor = page.cursor
      }
      isDone = true
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
    }
  }
  return events
}

t.test('with every fault one time in ten, webhooks and reading together know each message once, as it is', async t => {
  const now = (): Date => new Date()
  const inbox = await receiver(t, now)
  const vendor = await fastSimulator({ publicUrl: inbox.publicUrl, speed: 1 })
  t.teardown(() => vendor.close())
  const adapter = twilioAdapter(twilioKit(inbox.publicUrl), { ...vendor.options, pageSize: 100, historyDays: 1 })
  const all = Object.fromEntries(faultNames.map(name => [name, 0.1]))
  vendor.faults.set({ ...all, slowMs: 5, delayMs: 5, retryAfterSeconds: 0 })
  const truth = await vendor.many(200)
  const heard: MessageEvent[] = []
  let refused = 0
  for (const request of inbox.requests)
    try {
      adapter.channels[request.channel]?.verify(request)
      heard.push(...adapter.messaging.receive(request))
    } catch {
      refused += 1
    }
  t.ok(refused > 0, 'some were forged')
  t.ok(heard.length > 0)
  const messages = known([...heard, ...(await readAll(adapter))])
  t.equal(messages.size, 200)
  for (const { messageSid, direction, body, status, errorCode } of truth)
    t.same(messages.get(messageSid), {
      ...{ direction: direction === 'inbound' ? 'inbound' : 'outbound', text: body, status },
      code: errorCode === null ? null : String(errorCode),
    })
})
