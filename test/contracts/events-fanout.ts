import { setTimeout as pause } from 'node:timers/promises'
import { newId, type Consuming, type EventsPort, type Hints, type KeyedEvent } from '@switchboard/core'
import type { Test } from 'tap'

/** An engine that carries events, as the suite sees it. */
export interface EventsRig {
  /** One more hub on this engine, until the test ends or it is killed. */
  hub(): { events: EventsPort; kill(): Promise<void> }
  /** Restarts the engine itself: whoever is connected loses the connection. */
  restart(): Promise<void>
}

/** What the suite is run on. */
export interface EventsSubject {
  name: string
  /** Makes an empty engine. */
  start(t: Test): Promise<EventsRig>
}

/** Every implementation of `EventsPort` passes this suite. */
export function eventsContract(t: Test, { name, start }: EventsSubject): void {
  for (const [behaviour, check] of Object.entries(checks))
    t.test(`${name}: ${behaviour}`, async t => check(t, await start(t)))
}

type Check = (t: Test, rig: EventsRig) => Promise<void>

const checks: Readonly<Record<string, Check>> = {
  'what one hub publishes reaches a reader of another, whole': async (t, rig) => {
    const reader = await reading(rig, 'desk')
    const event = { ...made('call.ringing', 'c1', { from: '+61400000001', deep: [{ é: null }] }), key: 'c1' }
    await rig.hub().events.publish([event])
    await until(() => reader.heard.length === 1)
    t.same(reader.heard, [event])
  },

  'every consumer gets every event; consumers of one name share them': async (t, rig) => {
    const [desk, wall, wallToo] = [await reading(rig, 'desk'), await reading(rig, 'wall'), await reading(rig, 'wall')]
    const events = many(20)
    await rig.hub().events.publish(events)
    await until(() => desk.heard.length === 20 && wall.heard.length + wallToo.heard.length >= 20)
    t.same(ids(desk.heard), ids(events))
    t.same(ids([...wall.heard, ...wallToo.heard]).sort(), ids(events).sort())
  },

  'events of one key come in the order they were published, also with several readers, of which some fail': async (
    t,
    rig,
  ) => {
    const heard: KeyedEvent[] = []
    const failed = new Set<string>()
    const flaky = async (event: KeyedEvent): Promise<void> => {
      if (event.id.charCodeAt(35) % 7 === 0 && !failed.has(event.id)) {
        failed.add(event.id)
        throw new Error('not now')
      }
      await pause(1)
      heard.push(event)
    }
    for (const _ of [1, 2]) await rig.hub().events.consume('desk', flaky)
    const { events } = rig.hub()
    const all = Array.from({ length: 40 }, (_, at) => made('call.state', `c${at % 4}`, { at }))
    for (const event of all) await events.publish([event])
    await until(() => new Set(ids(heard)).size === 40)
    for (const key of ['c0', 'c1', 'c2', 'c3'])
      t.same(
        [...new Set(ids(heard.filter(event => event.key === key)))],
        ids(all.filter(event => event.key === key)),
        key,
      )
  },

  'a consumer that was away gets what it missed, and nothing from before it was first there': async (t, rig) => {
    const { events } = rig.hub()
    await events.publish([made('call.state', 'c1', { early: true })])
    const first = await reading(rig, 'desk')
    const [one, two, three] = many(3)
    if (!one || !two || !three) throw new Error('too few')
    await events.publish([one])
    await until(() => first.heard.length === 1)
    await first.stop()
    await events.publish([two])
    await events.publish([three])
    const second = await reading(rig, 'desk')
    await until(() => second.heard.length === 2)
    t.same(ids(first.heard), [one.id])
    t.same(ids(second.heard), [two.id, three.id])
  },

  'an event that is published twice arrives once': async (t, rig) => {
    const reader = await reading(rig, 'desk')
    const [one, two, three] = many(3)
    if (!one || !two || !three) throw new Error('too few')
    await rig.hub().events.publish([one, two])
    await rig.hub().events.publish([two, one])
    await rig.hub().events.publish([one, three])
    await until(() => reader.heard.some(({ id }) => id === three.id))
    t.same(ids(reader.heard), [one.id, two.id, three.id])
  },

  'what a killed hub had in hand goes to another reader of the same name': async (t, rig) => {
    const doomed = rig.hub()
    let isInHand = false
    await doomed.events.consume('desk', async () => {
      isInHand = true
      await new Promise(() => undefined)
    })
    const [one] = many(1)
    if (!one) throw new Error('too few')
    await rig.hub().events.publish([one])
    await until(() => isInHand)
    await doomed.kill()
    const heir = await reading(rig, 'desk')
    await until(() => heir.heard.length === 1)
    t.same(ids(heir.heard), [one.id])
  },

  'a reader that fails gets the same event again; one that always fails keeps nobody from the next for ever': async (
    t,
    rig,
  ) => {
    const [bad, good] = many(2)
    if (!bad || !good) throw new Error('too few')
    const tries: string[] = []
    await rig.hub().events.consume('desk', async ({ id }) => {
      tries.push(id)
      if (id === bad.id) throw new Error('never')
    })
    await rig.hub().events.publish([bad, good])
    await until(() => tries.includes(good.id))
    t.same(tries, [...Array.from({ length: 10 }, () => bad.id), good.id])
  },

  'the engine restarts: nothing that was published is lost, the order holds, and reading goes on': async (t, rig) => {
    const reader = await reading(rig, 'desk')
    const { events } = rig.hub()
    const all = many(30)
    await events.publish(all.slice(0, 10))
    await until(() => reader.heard.length === 10)
    const restarting = rig.restart()
    for (const event of all.slice(10)) await insist(() => events.publish([event]))
    await restarting
    await until(() => new Set(ids(reader.heard)).size === 30)
    t.same([...new Set(ids(reader.heard))], ids(all))
  },

  'a strange name of a consumer is refused': async (t, rig) => {
    const { events } = rig.hub()
    for (const name of ['', 'a b', 'a.b', '*', '>', 'é', 'a/b', 'x'.repeat(101)])
      await t.rejects(
        events.consume(name, async () => undefined),
        { code: 'bad_request' },
        JSON.stringify(name),
      )
  },
}

/** A way between hubs, as its suite sees it. */
export interface HintsRig {
  hints(): Hints
  /** Cuts the connection of everybody who hears. */
  cut(): Promise<void>
}

/** Every implementation of `Hints` passes this suite. */
export function hintsContract(t: Test, { name, start }: { name: string; start(t: Test): Promise<HintsRig> }): void {
  t.test(`${name}: a hint reaches every hub that hears, its own included`, async t => {
    const rig = await start(t)
    const [one, two] = [await hearing(t, rig.hints()), await hearing(t, rig.hints())]
    await one.hints.tell('there is something')
    await two.hints.tell(`é "quoted" ${'x'.repeat(6_900)}`)
    await until(() => [one, two].every(({ heard }) => heard.length === 3))
    for (const { heard } of [one, two])
      t.same(heard.slice(1).sort(), ['there is something', `é "quoted" ${'x'.repeat(6_900)}`].sort())
    t.equal(one.heard[0], null, 'and first of all that some may have been lost')
  })

  t.test(`${name}: whoever stopped hearing hears no more`, async t => {
    const rig = await start(t)
    const [one, two] = [await hearing(t, rig.hints()), await hearing(t, rig.hints())]
    await one.stop()
    await two.hints.tell('late')
    await until(() => two.heard.includes('late'))
    t.notOk(one.heard.includes('late'))
  })

  t.test(`${name}: a connection that is cut comes back by itself, and says that hints may be lost`, async t => {
    const rig = await start(t)
    const [one, two] = [await hearing(t, rig.hints()), await hearing(t, rig.hints())]
    await rig.cut()
    await until(() => [one, two].every(({ heard }) => heard.filter(text => text === null).length === 2))
    t.ok(one.hints.isLive() && two.hints.isLive())
    await insist(() => one.hints.tell('after'))
    await until(() => two.heard.includes('after'))
    t.equal(two.heard.at(-1), 'after')
  })
}

async function hearing(
  t: Test,
  hints: Hints,
): Promise<{ hints: Hints; heard: (string | null)[]; stop(): Promise<void> }> {
  const heard: (string | null)[] = []
  const stop = hints.hear(text => void heard.push(text))
  t.teardown(stop)
  await until(() => hints.isLive() && heard.length > 0)
  return { hints, heard, stop }
}

async function reading(rig: EventsRig, name: string): Promise<Consuming & { heard: KeyedEvent[] }> {
  const heard: KeyedEvent[] = []
  const consuming = await rig.hub().events.consume(name, async event => void heard.push(event))
  return { heard, stop: () => consuming.stop() }
}

function made(name: string, key: string, data: object): KeyedEvent {
  return { id: newId(), name, key, data, at: new Date('2026-03-02T09:00:00.123Z') }
}

function many(count: number): KeyedEvent[] {
  return Array.from({ length: count }, (_, at) => made('call.state', 'c1', { at }))
}

function ids(events: readonly KeyedEvent[]): string[] {
  return events.map(({ id }) => id)
}

/** As the outbox does: again until it is safe. */
async function insist(work: () => Promise<void>): Promise<void> {
  for (let left = 300; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (left === 0) throw error
      await pause(50)
    }
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10)
}
