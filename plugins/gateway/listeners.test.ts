import { newId, type Hub, type HubEvent, type StaffId } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { openStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import { test, type Test } from 'tap'
import { listeners } from './listeners.ts'
import { exampleFrame } from './protocol-examples.ts'
import type { Kept } from './store.ts'

const at = '2026-03-02T09:00:00.000Z'

function changed(messageId: string, staffIds: readonly StaffId[]): HubEvent {
  const data = { staffIds, messageId, threadId: 'thread', status: 'delivered', trouble: null, at }
  return { id: newId(), name: 'message.changed', data, at: new Date(at) }
}

/** The listeners on a database of their own, with what they tell and hint. */
async function listening(t: Test) {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog() })
  t.teardown(() => store.close())
  const told: Kept[] = []
  const hints: (readonly string[] | undefined)[] = []
  const signals: Hub['signals'] = {
    send: (_tx, _channel, keys) => void hints.push(keys),
    hear: () => () => undefined,
    isLive: () => true,
  }
  const hub = { now: () => new Date(at), log: silentLog(), signals, store } as unknown as Hub
  return { store, told, hints, all: listeners(hub, kept => void told.push(...kept)) }
}

test('what somebody sent is told to them, and what the hub sent by itself to nobody', async t => {
  const { store, told, all } = await listening(t)
  const listener = all['message.sent']
  if (!listener || !('many' in listener) || listener.isUrgent !== true) throw new Error('it waits for others')
  const { data } = exampleFrame('message.sent')
  const sam = newId<'staff'>()
  const sent = (staffIds: readonly StaffId[], isAutomatic: boolean): HubEvent => ({
    ...{ id: newId(), name: 'message.sent', data: { ...data, staffIds, isAutomatic }, at: new Date(at) },
  })
  await store.transact(tx => listener.many(tx, [sent([], true)]))
  await store.transact(tx => listener.many(tx, [sent([sam], false)]))
  t.same(
    told.map(({ staffId, text }) => [staffId, JSON.parse(text)]),
    [[sam, { seq: 1, type: 'message.sent', at, data }]],
  )
})

test('what comes in floods is counted together: each person is told of their own, in order, without a gap', async t => {
  const { store, told, hints, all } = await listening(t)
  const listener = all['message.changed']
  if (!listener || !('many' in listener)) throw new Error('it is delivered one by one')
  const [sam, alex] = [newId<'staff'>(), newId<'staff'>()]
  const everybody = [sam, alex, ...Array.from({ length: 2_600 }, () => newId<'staff'>())]
  const flood = [changed('one', everybody), changed('for sam', [sam]), changed('two', everybody.toReversed())]
  await store.transact(tx => listener.many(tx, flood))
  const heardBy = (staffId: StaffId) =>
    told
      .filter(frame => frame.staffId === staffId)
      .map(({ seq, text }) => [seq, /"messageId":"([^"]*)"/.exec(text)?.[1]])
  t.same(heardBy(sam), [
    [1, 'one'],
    [2, 'for sam'],
    [3, 'two'],
  ])
  t.same(heardBy(alex), [
    [1, 'one'],
    [2, 'two'],
  ])
  t.equal(told.length, 2 * everybody.length + 1)
  t.same(hints, [undefined], 'of so many nobody is named')
  const [kept] = await store.read(tx => tx.sql<{ count: number }>`select count(*)::int from gateway_frame`)
  t.equal(kept?.count, told.length)
  await store.transact(tx => listener.many(tx, [changed('three', [alex])]))
  t.same(heardBy(alex).at(-1), [3, 'three'])
  t.same(hints.at(-1), [alex])
})
