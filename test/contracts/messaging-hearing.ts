import fc from 'fast-check'
import { HubError, minute, WebhookRejected, type MessageEvent, type WebhookRequest } from '@switchboard/core'
import { readAll, told, verified, type Checks, type Stage } from './messaging-scene.ts'

/** What comes in: whether it is believed, told apart, and understood. */
export const hearing: Checks = {
  'a message that somebody writes comes in by webhook': async (t, stage) => {
    const { externalId, delivered } = stage.hearFrom('Is my gown ready?')
    t.strictSame(await delivered, { attempts: 1, status: 200 })
    const [event] = told(stage)
    t.match(event, { type: 'message', message: { externalId, direction: 'inbound', status: 'received' } })
    t.match(event, { message: { text: 'Is my gown ready?', from: { handle: /./ } }, eventId: /./ })
    t.ok(Math.abs(Number(event?.at) - stage.now().getTime()) <= minute)
  },

  'the same message is read afterwards, as the same event': async (t, stage) => {
    if (!stage.hasChanges) return void t.pass('the vendor only tells')
    const ids = ['One.', 'Two.', 'Three.'].map(text => stage.hearFrom(text))
    await Promise.all(ids.map(({ delivered }) => delivered))
    const [heard, read] = [told(stage), await readAll(stage)].map(events => messagesIn(events))
    for (const { externalId } of ids) {
      const [one, other] = [heard, read].map(events => essenceOf(events, externalId))
      t.ok(one)
      t.strictSame(one, other)
    }
    t.equal(new Set(heard?.map(event => event.eventId)).size, 3)
  },

  'who writes is passed on as the vendor has them': async (t, stage) => {
    const first = await whoWrote(stage, stage.hearFrom('Hello.').externalId)
    const again = await whoWrote(stage, stage.hearFrom('Hello again.', first).externalId)
    t.ok(first)
    t.equal(again, first)
  },

  'only what the vendor signed is believed': async (t, stage) => {
    await stage.hearFrom('Hello.').delivered
    const request = stage.inbox.requests[0] as WebhookRequest
    t.ok(verified(stage, request))
    const changed = Buffer.from(request.body.toString().replace('Hello', 'Jello'))
    t.notSame(changed, request.body)
    t.throws(() => verified(stage, { ...request, body: changed }), WebhookRejected, 'another body')
    for (const [how, signature] of [
      ['no', null] as const,
      ['an empty', ''] as const,
      ['another', 'bm90aGluZw=='] as const,
    ])
      t.throws(() => verified(stage, resigned(request, signature)), WebhookRejected, `${how} signature`)
    t.throws(() => verified(stage, { ...request, headers: {} }), WebhookRejected, 'no headers at all')
  },

  'what somebody else sends is refused, and the true delivery beside it is not': async (t, stage) => {
    stage.faults.force('forged')
    await stage.hearFrom('Hello.').delivered
    const [forged, real, ...others] = stage.inbox.requests
    t.strictSame(others, [])
    t.throws(() => verified(stage, forged), WebhookRejected)
    t.ok(verified(stage, real))
  },

  'an old delivery is refused where the vendor signs the time': async (t, stage) => {
    await stage.hearFrom('Hello.').delivered
    const id = verified(stage, stage.inbox.requests[0])
    stage.wait(6 * minute)
    const replayed = { ...(stage.inbox.requests[0] as WebhookRequest), receivedAt: stage.now() }
    if (!stage.signsTime) return void t.equal(verified(stage, replayed), id, 'a replay is known by its id')
    t.throws(() => verified(stage, replayed), WebhookRejected, 'six minutes old')
    stage.faults.force('staleSignature')
    await stage.hearFrom('Hello again.').delivered
    const [, stale, real] = stage.inbox.requests
    t.throws(() => verified(stage, stale), WebhookRejected, 'an hour old, and signed right')
    t.ok(verified(stage, real))
  },

  'a repeated delivery has the same id, and every other one its own': async (t, stage) => {
    stage.faults.force('duplicate')
    await stage.hearFrom('Hello.').delivered
    await stage.hearFrom('Hello.').delivered
    const ids = stage.inbox.requests.map(request => verified(stage, request))
    t.equal(ids.length, 3)
    t.equal(ids[0], ids[1])
    t.not(ids[2], ids[0])
    const events = stage.inbox.requests.map(request => stage.messaging.receive(request).map(({ eventId }) => eventId))
    t.strictSame(events[0], events[1], 'and says the same')
  },

  'what nobody knows is told by its name': async (t, stage) => {
    await stage.sendUnknown()
    t.ok(verified(stage, stage.inbox.requests[0]))
    const events = told(stage)
    t.ok(events.length > 0)
    for (const event of events) t.match(event, { type: 'other', name: /./, eventId: /./ })
  },

  'nothing that comes in makes reading fail in an unknown way': async (t, stage) => {
    await stage.hearFrom('Hello.').delivered
    const request = stage.inbox.requests[0] as WebhookRequest
    const text = request.body.toString()
    const cut = fc.nat(text.length).map(length => text.slice(0, length))
    const bodies = fc.oneof(fc.string(), fc.json(), cut, fc.dictionary(fc.string(), fc.jsonValue()).map(asJson))
    const isRead = (body: string): boolean => {
      try {
        const events = stage.messaging.receive({ ...request, body: Buffer.from(body) })
        return events.every(({ eventId, at }) => eventId !== '' && !Number.isNaN(at.getTime()))
      } catch (error) {
        return error instanceof HubError && error.code === 'bad_body'
      }
    }
    fc.assert(fc.property(bodies, isRead), { numRuns: 300 })
    t.pass('300 bodies')
  },
}

/** The message events of those given. */
function messagesIn(events: readonly MessageEvent[]): Extract<MessageEvent, { type: 'message' }>[] {
  return events.filter(event => event.type === 'message')
}

/** What every way of hearing about a message must agree on. */
function essenceOf(events: ReturnType<typeof messagesIn> | undefined, externalId: string): object | null {
  const event = events?.find(({ message }) => message.externalId === externalId)
  if (!event) return null
  const { text, direction, from } = event.message
  return { eventId: event.eventId, text, direction, handle: from?.handle ?? null }
}

async function whoWrote(stage: Stage, externalId: string): Promise<string | undefined> {
  const isOf = (event: MessageEvent): boolean => event.type === 'message' && event.message.externalId === externalId
  for (let tries = 0; tries < 100 && !told(stage).some(isOf); tries++) await new Promise(done => setTimeout(done, 5))
  return messagesIn(told(stage)).find(isOf)?.message.from?.handle
}

/** The same request with other signatures, or with none. */
function resigned(request: WebhookRequest, signature: string | null): WebhookRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    /signature/.test(name) ? signature : value,
  ])
  return { ...request, headers: Object.fromEntries(headers.filter(([, value]) => value !== null)) }
}

function asJson(value: unknown): string {
  return JSON.stringify(value)
}
