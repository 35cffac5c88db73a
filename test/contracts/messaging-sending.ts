import fc from 'fast-check'
import { VendorError, type MessageEvent, type VendorFacts } from '@switchboard/core'
import type { FaultName } from '@switchboard/test-simulators/faults'
import {
  found,
  pagesOf,
  readAll,
  statusAfter,
  statusIn,
  thrownBy,
  told,
  verified,
  type Checks,
} from './messaging-scene.ts'

const key = 'outbox-0001'

/** What goes out: once, and known to the end. */
export const sending: Checks = {
  'a message is sent once, and what became of it is told': async (t, stage) => {
    const sent = await stage.messaging.send(stage.outbound, key)
    const [externalId = '', ...others] = stage.taken()
    t.strictSame(others, [])
    t.ok(sent.externalId === null || sent.externalId === externalId)
    t.ok(['queued', 'sending', 'sent', 'scheduled'].includes(sent.status))
    await stage.settle(externalId, 'fine')
    for (const request of stage.inbox.requests) t.ok(verified(stage, request))
    t.ok(['sent', 'delivered', 'read'].includes(String(statusAfter(told(stage), { externalId: sent.externalId, key }))))
    if (!stage.hasChanges) return
    const read = statusAfter(await readAll(stage), { externalId: sent.externalId, key })
    t.equal(read, statusAfter(told(stage), { externalId: sent.externalId, key }), 'and read afterwards')
  },

  'a message that fails is told with the reason': async (t, stage) => {
    const { externalId } = await stage.messaging.send(stage.outbound, key)
    await stage.settle(stage.taken()[0] ?? '', 'failed')
    t.ok(['failed', 'undelivered'].includes(String(statusAfter(told(stage), { externalId, key }))))
    const trouble = told(stage).flatMap(event => (event.type === 'status' && event.trouble ? [event.trouble] : []))
    t.ok(trouble[0]?.code)
    t.ok(['optedOut', 'badAddress', 'later', 'config', 'rejected'].includes(String(trouble[0]?.because)))
  },

  'reports in any order come to the same end, and it stays': async (t, stage) => {
    for (const end of ['fine', 'failed'] as const) {
      const { externalId } = await stage.messaging.send(stage.outbound, `${key} ${end}`)
      await stage.settle(stage.taken().at(-1) ?? '', end)
      const which = { externalId, key: `${key} ${end}` }
      const events = told(stage).filter(event => statusIn(event, which))
      const last = statusAfter(events, which)
      t.ok(last)
      const shuffled = fc.shuffledSubarray<MessageEvent>(events, { minLength: events.length })
      fc.assert(
        fc.property(shuffled, mixed => statusAfter([...mixed, ...events], which) === last),
        { numRuns: 50 },
      )
    }
  },

  'a send whose answer is lost is not known to have failed, and is found, once': async (t, stage) => {
    const since = stage.now()
    stage.faults.force('truncatedJson')
    const error = await thrownBy(() => stage.messaging.send(stage.outbound, key))
    t.match(error, { name: 'VendorError', outcomeUnknown: true })
    t.equal(stage.taken().length, 1, 'it was not sent again')
    await stage.settle(stage.taken()[0] ?? '', 'fine')
    if (!stage.hasFind) return
    const sent = await found(stage, key, since)
    t.ok(sent)
    t.ok(sent?.externalId === null || sent?.externalId === stage.taken()[0])
    t.strictSame((await found(stage, key, since))?.externalId, sent?.externalId, 'asked again, the same')
    t.equal(stage.taken().length, 1)
  },

  'a send that never reached the vendor is not found': async (t, stage) => {
    const since = stage.now()
    stage.faults.force('cut')
    t.match(await thrownBy(() => stage.messaging.send(stage.outbound, key)), { outcomeUnknown: true })
    t.strictSame(stage.taken(), [])
    if (!stage.hasFind) return
    t.equal(await found(stage, key, since), null)
    await stage.hearFrom(stage.outbound.text).delivered
    t.equal(await found(stage, key, since), null, 'somebody who writes the same words is no send of ours')
    await stage.messaging.send({ ...stage.outbound, text: `${stage.outbound.text} Soon.` }, 'outbox-0002')
    await stage.settle(stage.taken().at(-1) ?? '', 'fine')
    t.equal(await found(stage, key, since), null, 'nor are other words')
  },

  'an answer that is an error says what may be done about it': async (t, stage) => {
    for (const [name, facts] of refusals) {
      stage.faults.set({ retryAfterSeconds: 30, [name]: 1 })
      const error = await thrownBy(() => stage.messaging.send(stage.outbound, key))
      stage.faults.clear()
      t.ok(error instanceof VendorError, name)
      t.match(error, facts, name)
    }
    t.strictSame(stage.taken(), [], 'and nothing was sent')
    await stage.messaging.send(stage.outbound, key)
    t.equal(stage.taken().length, 1, 'until the vendor is well')
  },

  'a sent message is not told as one that somebody wrote': async (t, stage) => {
    await stage.messaging.send(stage.outbound, key)
    await stage.settle(stage.taken()[0] ?? '', 'fine')
    const read = stage.hasChanges ? (await pagesOf(stage, null)).flatMap(page => page.events) : []
    for (const event of [...told(stage), ...read])
      if (event.type === 'message' && event.message.externalId === stage.taken()[0])
        t.equal(event.message.direction, 'outbound')
    t.ok(told(stage).length > 0)
  },
}

/** 503 from a proxy in front of the vendor may hide that it acted. */
const refusals: [FaultName, VendorFacts][] = [
  ['status429', { retryable: true, retryAfterMs: 30_000, outcomeUnknown: false }],
  ['status5xx', { retryable: true, outcomeUnknown: true }],
  ['htmlError', { retryable: true, outcomeUnknown: true }],
  ['tokenExpired', { retryable: false, outcomeUnknown: false }],
]
