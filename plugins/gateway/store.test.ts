import { newId, type StaffId, type Store } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { openStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import { test, type Test } from 'tap'
import { append, framesAfter, keeping, lockCount, outdated, prune, resetReason, type Due } from './store.ts'

async function opened(t: Test): Promise<Store> {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog() })
  t.teardown(store.close)
  return store
}

const now = new Date('2026-03-02T09:00:00Z')

function due(staffId: StaffId, state: string): Due {
  return { staffId, type: 'call.state', data: { callId: newId<'call'>(), state, because: '', at: now.toISOString() } }
}

const seqs = (frames: { seq: number }[]): number[] => frames.map(({ seq }) => seq)
const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

test('frames written at once, for people in any order, are counted without a gap and without a deadlock', async t => {
  const store = await opened(t)
  const [a, b, c] = [newId<'staff'>(), newId<'staff'>(), newId<'staff'>()]
  const told = new Map<StaffId, number[]>([a, b, c].map(id => [id, []]))
  const orders = [
    [a, b, c],
    [c, b, a],
    [b, a],
    [a, a, c],
  ]
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      store.transact(async tx => {
        const order = orders[index % orders.length] ?? []
        const kept = await append(
          tx,
          order.map(id => due(id, 'Ringing')),
          now,
        )
        kept.forEach(({ staffId, seq }) => told.get(staffId)?.push(seq))
      }),
    ),
  )
  for (const [id, count] of [
    [a, 50],
    [b, 30],
    [c, 30],
  ] as const) {
    const frames = await store.read(tx => framesAfter(tx, id, 0, 100))
    t.same(seqs(frames), oneTo(count))
    t.same(
      (told.get(id) ?? []).toSorted((x, y) => x - y),
      oneTo(count),
      'the writer knows the numbers',
    )
  }
})

test('a frame is kept as it was sent, and read again the same', async t => {
  const store = await opened(t)
  const id = newId<'staff'>()
  const [kept] = await store.transact(tx => append(tx, [due(id, 'Zoë 🦘 "quoted" \\ \u0000 \ud800')], now))
  const [read] = await store.read(tx => framesAfter(tx, id, 0, 1))
  t.equal(read?.text, kept?.text)
  t.match(JSON.parse(read?.text ?? ''), { seq: 1, type: 'call.state', at: now.toISOString(), data: { state: /Zoë/ } })
})

test('a transaction that fails leaves no gap', async t => {
  const store = await opened(t)
  const id = newId<'staff'>()
  await store.transact(tx => append(tx, [due(id, 'one')], now))
  const failing = store.transact(async tx => {
    await append(tx, [due(id, 'lost')], now)
    throw new Error('rolled back')
  })
  await t.rejects(failing)
  t.match(await store.transact(tx => append(tx, [due(id, 'two')], now)), [{ seq: 2 }])
})

test('only the newest thousand frames of the last hour are kept, and it is known which are gone', async t => {
  const store = await opened(t)
  const [many, old] = [newId<'staff'>(), newId<'staff'>()]
  const before = new Date(now.getTime() - keeping.ms - 1)
  await store.transact(async tx => {
    await append(
      tx,
      oneTo(keeping.frames + 5).map(() => due(many, 'Ringing')),
      now,
    )
    await append(tx, [due(old, 'Ringing'), due(old, 'Ringing')], before)
    await append(tx, [due(old, 'Ringing')], now)
  })
  const pruned = async () =>
    new Map((await store.read(tx => outdated(tx, now))).map(({ staffId, upTo }) => [staffId, upTo]))
  t.same([...(await pruned())].toSorted(), [[many, 5] as const, [old, 2] as const].toSorted())
  for (const [staffId, upTo] of await pruned()) await store.transact(tx => prune(tx, staffId, upTo))
  t.equal((await pruned()).size, 0)
  t.same(seqs(await store.read(tx => framesAfter(tx, old, 0, 10))), [3])
  t.same(seqs(await store.read(tx => framesAfter(tx, many, 0, 1))), [6])
  const count = await store.transact(tx => lockCount(tx, many))
  t.equal(resetReason(count, { epoch: count.epoch, seq: 5 }), null, 'the sixth is the next')
  t.equal(resetReason(count, { epoch: count.epoch, seq: 4 }), 'pruned')
})
