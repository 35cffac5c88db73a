import t, { type Test } from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { VendorError } from '../model/errors.ts'
import { silentLog } from '../hub/log.ts'
import type { Courier, HubEvent, Listener } from '../ports/events.ts'
import type { Tx } from '../ports/store.ts'
import type { Listeners } from './outbox-rows.ts'
import { openOutbox } from './outbox.ts'
import { workOutbox, type OutboxQueue } from './outbox-worker.ts'
import { openStore, type OpenStore } from './open.ts'
import type { Queue } from './queue.ts'

const log = silentLog()
const now = (): Date => new Date()

async function opened(t: Test): Promise<OpenStore> {
  const store = await openStore({ url: (await testDatabase(t)).url, log })
  t.teardown(() => store.close())
  return store
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

function listening(event: string, byPlugin: Record<string, Listener>): Listeners {
  return new Map([[event, new Map(Object.entries(byPlugin))]])
}

const noCouriers = new Map<string, Courier>()

t.test('an event whose transaction is rolled back never happened', async t => {
  const store = await opened(t)
  const heard: unknown[] = []
  const listeners = listening('call.state', { gateway: async (_, event) => void heard.push(event.data) })
  const outbox = openOutbox({ now, listeners, wake: () => undefined })
  await t.rejects(
    store.transact(async tx => {
      await outbox.publish(tx, 'call.state', { callId: 'a' })
      throw new Error('no')
    }),
  )
  await store.transact(tx => outbox.publish(tx, 'call.state', { callId: 'b' }))
  const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queue.stop())
  await until(() => heard.length > 0)
  t.same(heard, [{ callId: 'b' }])
})

t.test('every listener hears of an event, and one that fails hears of it again without the others', async t => {
  const store = await opened(t)
  const heard: string[] = []
  let failures = 1
  const listeners = listening('call.state', {
    gateway: async () => void heard.push('gateway'),
    rewards: async () => {
      if (failures-- > 0) throw new Error('not now')
      heard.push('rewards')
    },
  })
  const outbox = openOutbox({ now, listeners, wake: () => undefined })
  await store.transact(tx => outbox.publish(tx, 'call.state', { callId: 'a' }))
  const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queue.stop())
  await until(() => heard.length === 2)
  t.same(heard.toSorted(), ['gateway', 'rewards'])
})

t.test('events about one call arrive in order, also when an early one fails at first', async t => {
  const store = await opened(t)
  const heard: number[] = []
  let failures = 1
  const listeners = listening('call.state', {
    gateway: async (_, event) => {
      const { step } = event.data as { step: number }
      if (step === 1 && failures-- > 0) throw new Error('not now')
      heard.push(step)
    },
  })
  const queueOf: { queue?: Queue } = {}
  const outbox = openOutbox({ now, listeners, wake: () => queueOf.queue?.wake() })
  for (const step of [1, 2, 3]) await store.transact(tx => outbox.publish(tx, 'call.state', { callId: 'a', step }))
  queueOf.queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queueOf.queue?.stop())
  await until(() => heard.length === 3)
  t.same(heard, [1, 2, 3])
})

t.test('a command is carried with a growing attempt, then what it led to is written down', async t => {
  const store = await opened(t)
  const attempts: number[] = []
  const written: string[] = []
  const courier: Courier = {
    carry: async (_, attempt) => {
      attempts.push(attempt)
      if (attempt === 1) throw new VendorError('busy', { retryable: true, retryAfterMs: 10 })
      return async () => void written.push('done')
    },
    failed: () => async () => void written.push('failed'),
  }
  const outbox = openOutbox({ now, listeners: new Map(), wake: () => undefined })
  await store.transact(tx => outbox.send(tx, 'telephony', 'call-1', { do: 'dial' }))
  const queue = workOutbox({ store, log, now, listeners: new Map(), couriers: new Map([['telephony', courier]]) })
  t.teardown(() => queue.stop())
  await until(() => written.length > 0)
  t.same({ attempts, written }, { attempts: [1, 2], written: ['done'] })
})

t.test('a command the vendor refuses for good is given up at once, and that is written down', async t => {
  const store = await opened(t)
  const written: unknown[] = []
  const courier: Courier = {
    carry: async () => {
      throw new VendorError('there is no such number', { vendorCode: '21211' })
    },
    failed: (command, error) => async () => void written.push(command, (error as Error).message),
  }
  const outbox = openOutbox({ now, listeners: new Map(), wake: () => undefined })
  await store.transact(tx => outbox.send(tx, 'telephony', 'call-1', { do: 'dial' }))
  const queue = workOutbox({ store, log, now, listeners: new Map(), couriers: new Map([['telephony', courier]]) })
  t.teardown(() => queue.stop())
  await until(() => written.length > 0)
  t.same(written, [{ do: 'dial' }, 'there is no such number'])
})

t.test('commands of one call go out one at a time and in order; other calls do not wait for them', async t => {
  const store = await opened(t)
  const log2: string[] = []
  let free: () => void = () => undefined
  const gate = new Promise<void>(resolve => (free = resolve))
  const courier: Courier = {
    carry: async command => {
      const { name } = command as { name: string }
      log2.push(`begin ${name}`)
      if (name === 'a1') await gate
      log2.push(`end ${name}`)
      return async () => undefined
    },
    failed: () => async () => undefined,
  }
  const outbox = openOutbox({ now, listeners: new Map(), wake: () => undefined })
  for (const [key, name] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
  ] as const)
    await store.transact(tx => outbox.send(tx, 'telephony', key, { name }))
  const queue = workOutbox({ store, log, now, listeners: new Map(), couriers: new Map([['telephony', courier]]) })
  t.teardown(() => queue.stop())
  await until(() => log2.includes('end b1'))
  t.notOk(log2.includes('begin a2'))
  free()
  await until(() => log2.includes('end a2'))
  t.ok(log2.indexOf('end a1') < log2.indexOf('begin a2'))
})

t.test('an event cannot be published where nothing commits: it would be lost', async t => {
  const store = await opened(t)
  const outbox = openOutbox({
    now,
    listeners: listening('call.state', { gateway: async () => undefined }),
    wake: () => undefined,
  })
  await t.rejects(
    store.read(tx => outbox.publish(tx, 'call.state', { callId: 'a' })),
    { message: /publish and send in transact/ },
  )
})

t.test(
  'a worker that slept finds its command taken over: it asks nobody, writes nothing, and keeps no lease',
  async t => {
    const store = await opened(t)
    const clock = { ms: Date.now() }
    const [sent, written]: [string[], string[]] = [[], []]
    const { promise: asleep, resolve: wake } = Promise.withResolvers<void>()
    const { promise: claimed, resolve: claim } = Promise.withResolvers<void>()
    const sleeper: Courier = {
      carry: async (_, attempt, isOurs) => {
        claim()
        await asleep
        if (isOurs?.()) sent.push(`sleeper ${attempt}`)
        return async () => void written.push('sleeper')
      },
      failed: () => async () => void written.push('sleeper failed'),
    }
    const other: Courier = {
      carry: async (_, attempt, isOurs) => {
        if (isOurs?.()) sent.push(`other ${attempt}`)
        return async () => void written.push('other')
      },
      failed: () => async () => void written.push('other failed'),
    }
    // What sleeps renews no lease: its database is not reached meanwhile.
    const closed: OpenStore = {
      ...store,
      read: async work => {
        if (clock.ms > Date.now() + 10_000) await asleep
        return store.read(work)
      },
    }
    const work = (at: OpenStore, courier: Courier): Queue =>
      workOutbox({
        ...{ store: at, log, now: () => new Date(clock.ms), listeners: new Map() },
        couriers: new Map([['telephony', courier]]),
      })
    const outbox = openOutbox({ now: () => new Date(clock.ms), listeners: new Map(), wake: () => undefined })
    await store.transact(tx => outbox.send(tx, 'telephony', 'call-1', { do: 'redirect' }))
    const first = work(closed, sleeper)
    t.teardown(() => first.stop())
    await claimed
    clock.ms += 30_000
    const second = work(store, other)
    t.teardown(() => second.stop())
    await until(() => written.length > 0)
    wake()
    await first.stop()
    t.same({ sent, written }, { sent: ['other 2'], written: ['other'] })
  },
)

t.test('a transaction that stands still while others wait for its row is ended, and the process lives on', async t => {
  const store = await opened(t)
  const { rejects, resolves } = t
  await store.transact(tx => tx.sql`insert into lease (name, holder, fence, held_until) values ('a', 'x', 1, now())`)
  const sleeping = store.transact(async tx => {
    await tx.sql`select set_config('idle_in_transaction_session_timeout', '100', true) from lease where name = 'a' for update`
    await resolves(
      store.transact(other => other.sql`update lease set holder = 'y' where name = 'a'`),
      'whoever waits gets it',
    )
    await tx.sql`update lease set holder = 'z' where name = 'a'`
  })
  await rejects(sleeping, 'and who slept writes nothing')
  const [row] = await store.read(tx => tx.sql<{ holder: string }>`select holder from lease where name = 'a'`)
  t.equal(row?.holder, 'y')
})

t.test(
  'what the own worker can begin with is handed to it at the commit; what has to wait for an older one is not',
  async t => {
    const store = await opened(t)
    const [heard, claimed]: [number[], number[]] = [[], []]
    const { promise: isDone, resolve: done } = Promise.withResolvers<void>()
    const listeners = listening('call.state', {
      gateway: async (_, event) => {
        const { step } = event.data as { step: number }
        heard.push(step)
        if (step === 1) await isDone
      },
    })
    // What is handed over is in hand although whoever looks for rows finds none.
    const blind: OpenStore = { ...store, read: async () => [] as never }
    const queue = workOutbox({ store: blind, log, now, listeners, couriers: noCouriers })
    t.teardown(() => queue.stop())
    const outbox = openOutbox({ now, listeners, wake: () => undefined, worker: () => queue })
    const publish = (callId: string, step: number) =>
      store.transact(tx => outbox.publish(tx, 'call.state', { callId, step }))
    await publish('a', 1)
    await until(() => heard.length === 1)
    await publish('a', 2)
    await publish('b', 3)
    await until(() => heard.includes(3))
    for (const row of await store.read(tx => tx.sql<{ attempts: number }>`select attempts from outbox order by id`))
      claimed.push(row.attempts)
    t.same({ heard, claimed }, { heard: [1, 3], claimed: [1, 0, 1] })
    done()
  },
)

t.test(
  'a transaction that is rolled back hands nothing over, and two rows of one key are handed over one by one',
  async t => {
    const store = await opened(t)
    const heard: number[] = []
    const listeners = listening('call.state', {
      gateway: async (_, event) => void heard.push((event.data as { step: number }).step),
    })
    const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
    t.teardown(() => queue.stop())
    const outbox = openOutbox({ now, listeners, wake: () => undefined, worker: () => queue })
    const publish = async (tx: Tx, step: number) => outbox.publish(tx, 'call.state', { callId: 'a', step })
    await t.rejects(
      store.transact(async tx => {
        await publish(tx, 0)
        throw new Error('no')
      }),
    )
    await store.transact(async tx => {
      await publish(tx, 1)
      await publish(tx, 2)
      await publish(tx, 3)
    })
    await until(() => heard.length === 3)
    t.same(heard, [1, 2, 3])
  },
)

t.test('what comes in floods reaches who hears of many at once in few transactions, each once', async t => {
  const store = await opened(t)
  const heard: number[][] = []
  const many = async (_: Tx, events: readonly HubEvent[]): Promise<void> => {
    heard.push(events.map(({ data }) => (data as { step: number }).step))
  }
  const single: number[] = []
  const listeners = listening('profile.changed', {
    numbers: { many },
    log: async (_, event) => void single.push((event.data as { step: number }).step),
  })
  const queueOf: { queue?: OutboxQueue } = {}
  const outbox = openOutbox({
    ...{ now, listeners, worker: () => queueOf.queue },
    wake: () => queueOf.queue?.wake(),
  })
  const steps = Array.from({ length: 60 }, (_, step) => step)
  for (const step of steps.slice(0, 30)) await store.transact(tx => outbox.publish(tx, 'profile.changed', { step }))
  queueOf.queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queueOf.queue?.stop())
  for (const step of steps.slice(30)) await store.transact(tx => outbox.publish(tx, 'profile.changed', { step }))
  await until(() => heard.flat().length >= 60 && single.length >= 60)
  const byNumber = (a: number, b: number): number => a - b
  t.same(heard.flat().toSorted(byNumber), steps)
  t.same(single.toSorted(byNumber), steps)
  t.ok(heard.length < 20, `in ${heard.length} transactions`)
})

t.test(
  'of many at once, the one that cannot be taken is tried again by itself and the others are delivered',
  async t => {
    const store = await opened(t)
    await store.transact(tx => tx.sql`create table effect (step int)`)
    let failures = 3
    const many = async (tx: Tx, events: readonly HubEvent[]): Promise<void> => {
      for (const { data } of events) {
        const { step } = data as { step: number }
        await tx.sql`insert into effect values (${step})`
        if (step === 5 && failures-- > 0) throw new Error('not this one')
      }
    }
    const listeners = listening('profile.changed', { numbers: { many } })
    const outbox = openOutbox({ now, listeners, wake: () => undefined })
    await store.transact(async tx => {
      for (let step = 0; step < 10; step++) await outbox.publish(tx, 'profile.changed', { step })
    })
    const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
    t.teardown(() => queue.stop())
    await until(async () => (await store.read(tx => tx.sql`select from outbox where done_at is null`)).length === 0)
    const effects = await store.read(tx => tx.sql<{ step: number }>`select step from effect order by step`)
    t.same(
      effects.map(({ step }) => step),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
  },
)

t.test('of what a listener does not want nothing is kept for it', async t => {
  const store = await opened(t)
  const heard: number[] = []
  const stepOf = (data: unknown): number => (data as { step: number }).step
  const listeners = listening('call.state', {
    calls: { wants: data => stepOf(data) > 1, hear: async (_, { data }) => void heard.push(stepOf(data)) },
  })
  const outbox = openOutbox({ now, listeners, wake: () => undefined })
  for (const step of [1, 2, 3]) await store.transact(tx => outbox.publish(tx, 'call.state', { callId: 'a', step }))
  const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queue.stop())
  await until(() => heard.length === 2)
  t.same(heard, [2, 3])
  t.equal((await store.read(tx => tx.sql`select from outbox`)).length, 2)
})

t.test('what a publisher had looked up goes with what is handed over, and is not kept', async t => {
  const store = await opened(t)
  const heard: unknown[] = []
  let failures = 1
  const listeners = listening('call.ringing', {
    gateway: async (_, event) => {
      heard.push(event.beside)
      if (failures-- > 0) throw new Error('not now')
    },
  })
  const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queue.stop())
  const outbox = openOutbox({ now, listeners, wake: () => undefined, worker: () => queue })
  const caller = { displayName: 'Ann' }
  await store.transact(tx => outbox.publish(tx, 'call.ringing', { callId: 'a' }, { caller }))
  await until(() => heard.length === 2)
  t.same(heard, [{ caller }, undefined])
  const rows = await store.read(tx => tx.sql<{ row: string }>`select outbox::text as row from outbox`)
  t.notMatch(rows[0]?.row, /Ann/)
})

t.test('what waits for a row in our own hands is looked for once that is done, and nobody else is woken', async t => {
  const store = await opened(t)
  const heard: number[] = []
  const wakes: boolean[] = []
  const hold: { go?: () => void } = {}
  const held = new Promise<void>(go => (hold.go = go))
  const listeners = listening('call.state', {
    gateway: async (_, { data }) => {
      const { step } = data as { step: number }
      if (step === 1) await held
      heard.push(step)
    },
  })
  const queue = workOutbox({ store, log, now, listeners, couriers: noCouriers })
  t.teardown(() => queue.stop())
  const outbox = openOutbox({ now, listeners, wake: isBehind => void wakes.push(isBehind), worker: () => queue })
  const publish = (step: number, callId = 'a') =>
    store.transact(tx => outbox.publish(tx, 'call.state', { callId, step }))
  await publish(1)
  await publish(2)
  t.same(wakes, [])
  hold.go?.()
  await until(() => heard.length === 2)
  t.same(heard, [1, 2])
  await store.transact(
    tx => tx.sql`insert into outbox (id, kind, topic, subscriber, key, data, made_at, due_at, leased_until, attempts)
      values (gen_random_uuid(), 'event', 'call.state', 'gateway', 'b', '{}', now(), now(), now() + interval '1 hour', 1)`,
  )
  await publish(3, 'b')
  t.same(wakes, [true], 'another hub has in hand what comes before')
})

t.test('a vendor that answers nothing for a while keeps no event waiting', async t => {
  const store = await opened(t)
  const heard: number[] = []
  const hold: { go?: () => void } = {}
  const held = new Promise<void>(go => (hold.go = go))
  let stuck = 0
  const phone: Courier = {
    carry: async () => {
      stuck += 1
      await held
      return async () => undefined
    },
    failed: () => async () => undefined,
  }
  const listeners = listening('call.ringing', { gateway: async () => void heard.push(stuck) })
  const queue = workOutbox({ store, log, now, listeners, couriers: new Map([['telephony', phone]]) })
  t.teardown(() => queue.stop())
  const outbox = openOutbox({ now, listeners, wake: () => queue.wake(), worker: () => queue })
  for (let leg = 0; leg < 40; leg++) await store.transact(tx => outbox.send(tx, 'telephony', `leg ${leg}`, {}))
  await until(() => stuck === 40)
  await store.transact(tx => outbox.publish(tx, 'call.ringing', { callId: 'a' }))
  await until(() => heard.length === 1)
  t.same(heard, [40])
  hold.go?.()
})

t.test('a command whose lease ran out while it is in hand is not begun again by the same hub', async t => {
  const store = await opened(t)
  const outbox = openOutbox({ now, listeners: new Map(), wake: () => undefined })
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>()
  let begun = 0
  const courier: Courier = {
    carry: async () => {
      begun++
      await isDone
      return async () => undefined
    },
    failed: () => async () => undefined,
  }
  await store.transact(tx => outbox.send(tx, 'telephony', 'call', {}))
  // Leases cannot be renewed, as when the process stands still.
  const pulse: OpenStore = { ...store, read: async () => [] as never }
  const couriers = new Map([['telephony', courier]])
  const queue = workOutbox({ store, pulse, log, now, listeners: new Map(), couriers })
  t.teardown(() => queue.stop())
  await until(() => begun === 1)
  await store.transact(tx => tx.sql`update outbox set leased_until = now() - interval '1 second'`)
  await store.transact(tx => outbox.send(tx, 'telephony', 'another call', {}))
  queue.wake()
  await until(() => begun === 2)
  const rows = await store.read(tx => tx.sql<{ attempts: number }>`select attempts from outbox order by id`)
  t.same(
    rows.map(({ attempts }) => attempts),
    [1, 1],
  )
  done()
  await until(async () => (await store.read(tx => tx.sql`select from outbox where done_at is null`)).length === 0)
  t.equal(begun, 2)
})
