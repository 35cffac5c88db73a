import fc from 'fast-check'
import t, { type Test } from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { silentLog } from '../hub/log.ts'
import { VendorError } from '../model/errors.ts'
import type { Courier, HubEvent, Listener } from '../ports/events.ts'
import type { Tx } from '../ports/store.ts'
import { openOutbox } from './outbox.ts'
import { workOutbox, type OutboxQueue } from './outbox-worker.ts'
import { openStore, type OpenStore } from './open.ts'
import { parcelsOf } from './parcels.ts'

const log = silentLog()
const now = (): Date => new Date()

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

/** An outbox on a database of its own whose worker is handed what it is sent. */
async function outboxOf(t: Test, listener: Listener | null, couriers: Record<string, Courier> = {}) {
  const store = await openStore({ url: (await testDatabase(t)).url, log })
  t.teardown(() => store.close())
  const listeners = new Map(
    listener ? ['call.state', 'call.ended'].map(name => [name, new Map([['screen', listener]])]) : [],
  )
  const worker: { queue?: OutboxQueue } = {}
  const wakes: boolean[] = []
  const outbox = openOutbox({
    ...{ now, listeners, worker: () => worker.queue },
    wake: isBehind => {
      wakes.push(isBehind)
      worker.queue?.wake()
    },
  })
  const work = (): void => {
    worker.queue = workOutbox({ store, log, now, listeners, couriers: new Map(Object.entries(couriers)) })
  }
  t.teardown(() => worker.queue?.stop())
  return { store, outbox, work, wakes }
}

/** Which transaction this is. */
async function transactionOf(tx: Tx): Promise<string> {
  const [row] = await tx.sql<{ id: string }>`select pg_current_xact_id()::text as id`
  return row?.id ?? ''
}

async function restOf(store: OpenStore): Promise<number> {
  const [row] = await store.read(
    tx => tx.sql<{ count: number }>`select count(*)::int from outbox where done_at is null and dead_at is null`,
  )
  return row?.count ?? 0
}

const stepOf = (event: HubEvent): number => (event.data as { step: number }).step

t.test(
  'what one transaction tells of a call is heard in one transaction, in order, and nobody looks for it',
  async t => {
    const heard: { step: number; name: string; transaction: string }[] = []
    const { store, outbox, work, wakes } = await outboxOf(t, async (tx, event) => {
      heard.push({ step: stepOf(event), name: event.name, transaction: await transactionOf(tx) })
    })
    work()
    await store.transact(async tx => {
      await outbox.publish(tx, 'call.state', { callId: 'one', step: 1 })
      await outbox.publish(tx, 'call.ended', { callId: 'one', step: 2 })
      await outbox.publish(tx, 'call.state', { callId: 'one', step: 3 })
    })
    await until(() => heard.length === 3)
    t.same(
      heard.map(({ step, name }) => [step, name]),
      [
        [1, 'call.state'],
        [2, 'call.ended'],
        [3, 'call.state'],
      ],
    )
    t.equal(new Set(heard.map(({ transaction }) => transaction)).size, 1)
    t.same(wakes, [])
  },
)

t.test('what waits for a call while its listener is busy is then heard together', async t => {
  const heard: { step: number; transaction: string }[] = []
  let go: () => void = () => undefined
  const held = new Promise<void>(resolve => (go = resolve))
  const { store, outbox, work } = await outboxOf(t, async (tx, event) => {
    if (stepOf(event) === 0) await held
    heard.push({ step: stepOf(event), transaction: await transactionOf(tx) })
  })
  work()
  for (let step = 0; step < 6; step++)
    await store.transact(tx => outbox.publish(tx, 'call.state', { callId: 'one', step }))
  go()
  await until(() => heard.length === 6)
  t.same(
    heard.map(({ step }) => step),
    [0, 1, 2, 3, 4, 5],
  )
  t.equal(new Set(heard.slice(1).map(({ transaction }) => transaction)).size, 1)
})

t.test('one that fails is heard again; those before it are done, and those after it wait for it', async t => {
  let failures = 2
  const { store, outbox, work } = await outboxOf(t, async (tx, event) => {
    await tx.sql`insert into effect (step) values (${stepOf(event)})`
    if (stepOf(event) === 2 && failures-- > 0) throw new Error('not this one')
  })
  await store.transact(tx => tx.sql`create table effect (nth serial, step int)`)
  await store.transact(async tx => {
    for (let step = 0; step < 5; step++) await outbox.publish(tx, 'call.state', { callId: 'one', step })
  })
  work()
  await until(async () => (await restOf(store)) === 0)
  const rows = await store.read(tx => tx.sql<{ step: number }>`select step from effect order by nth`)
  t.same(
    rows.map(({ step }) => step),
    [0, 1, 2, 3, 4],
  )
  const [waited] = await store.read(
    tx => tx.sql<{ most: number }>`select max(attempts)::int as most from outbox where (data->>'step')::int <> 2`,
  )
  t.equal(waited?.most, 1, 'to wait is no attempt')
})

t.test(
  'who hears of many at once is told of a crowd together, of each call in order, and of one alone at once',
  async t => {
    const heard: [string, number][][] = []
    let go: () => void = () => undefined
    const held = new Promise<void>(resolve => (go = resolve))
    const { store, outbox, work } = await outboxOf(t, {
      isUrgent: true,
      many: async (_, events) => {
        await held
        heard.push(events.map(event => [(event.data as { callId: string }).callId, stepOf(event)]))
      },
    })
    work()
    for (let step = 0; step < 3; step++)
      for (let call = 0; call < 30; call++)
        await store.transact(tx => outbox.publish(tx, 'call.state', { callId: `call ${call}`, step }))
    go()
    await until(() => heard.flat().length === 90)
    for (let call = 0; call < 30; call++)
      t.same(
        heard.flat().filter(([id]) => id === `call ${call}`),
        [0, 1, 2].map(step => [`call ${call}`, step]),
      )
    t.ok(heard.length < 15, `in ${heard.length} transactions`)
    await store.transact(tx => outbox.publish(tx, 'call.state', { callId: 'alone', step: 0 }))
    await until(() => heard.flat().length === 91)
  },
)

t.test(
  'commands of a call that leave together go one by one, and stop at the first that has to be repeated',
  async t => {
    const asked: [number, number][] = []
    const courier: Courier = {
      carry: async (command, attempt) => {
        const { step } = command as { step: number }
        asked.push([step, attempt])
        if (step === 1 && attempt === 1) throw new VendorError('busy', { retryable: true, retryAfterMs: 1 })
        return async () => undefined
      },
      failed: () => async () => undefined,
    }
    const { store, outbox, work } = await outboxOf(t, null, { phone: courier })
    work()
    await store.transact(async tx => {
      for (let step = 0; step < 3; step++) await outbox.send(tx, 'phone', 'one', { step })
    })
    await until(async () => (await restOf(store)) === 0)
    t.same(asked, [
      [0, 1],
      [1, 1],
      [1, 2],
      [2, 1],
    ])
  },
)

t.test('rows of one turn never go apart, and stay in order, whatever else goes together', async () => {
  const row = fc.record({
    topic: fc.constantFrom('state', 'ended', 'flood'),
    subscriber: fc.constantFrom('screen', 'log'),
    key: fc.constantFrom('', 'one', 'two', 'three'),
  })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), made => {
      const rows = made.map((one, nth) => ({ ...one, id: String(nth), kind: 'event' as const, data: {} }))
      const parcels = parcelsOf(rows, ({ topic }) => topic === 'flood')
      const inOrder = parcels.every(({ rows }) =>
        rows.every(({ id }, nth) => nth === 0 || Number(id) > Number(rows[nth - 1]?.id)),
      )
      const homes = new Map<string, Set<string>>()
      for (const { id, rows } of parcels)
        for (const { subscriber, key } of rows)
          if (key) homes.set(`${subscriber} ${key}`, (homes.get(`${subscriber} ${key}`) ?? new Set()).add(id))
      const oneSubscriber = parcels.every(({ rows }) => new Set(rows.map(({ subscriber }) => subscriber)).size === 1)
      const all = parcels.flatMap(({ rows }) => rows.map(({ id }) => Number(id))).toSorted((one, other) => one - other)
      return (
        inOrder &&
        oneSubscriber &&
        all.every((id, nth) => id === nth) &&
        all.length === rows.length &&
        [...homes.values()].every(({ size }) => size === 1)
      )
    }),
  )
})
