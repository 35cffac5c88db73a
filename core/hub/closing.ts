import { second } from '../model/time.ts'
import type { Assembly } from './assembly.ts'
import type { Held } from './held.ts'
import type { Step } from './lifecycle.ts'

/** What a hub does to stop, in order: it finishes what is in flight, then lets go of everything in reverse order. */
export function closing(held: Held, assembly: Assembly | null): Step[] {
  const { door, stopping, queues, phase, inboxDoor, store, beyond } = held
  const plugins = assembly?.plugins ?? []
  const step = (what: string, run: () => Promise<unknown> | undefined, ms = 5 * second): Step => ({
    what,
    ms,
    run: async () => run(),
  })
  return [
    step('say that we stop', async () => void (phase.is = 'draining')),
    step('be heard', () => held.onlookers.told(), 3 * second),
    ...plugins.map(({ planned, thing }) => step(`drain ${planned.name}`, () => thing.drain?.(), second)),
    step('finish requests', () => door.drain(), 3 * second),
    step('stop keeping house', async () => held.leaveHouse.forEach(leave => leave())),
    step('stop jobs', () => held.jobs?.stop(), 2 * second),
    step('give up jobs', () => held.jobs?.close(), second),
    step('finish deliveries', () => queues.inbox?.stop(), 3 * second),
    step('finish commands and events', () => queues.outbox?.stop(), 3 * second),
    step('stop waiting for vendors', async () => stopping.abort()),
    ...plugins
      .toReversed()
      .map(({ planned, thing }) => step(`close ${planned.name}`, () => thing.close?.(), 2 * second)),
    step('leave the other hubs', () => beyond.close(), 2 * second),
    ...(assembly?.adapters ?? [])
      .toReversed()
      .map(({ planned, thing }) => step(`close ${planned.name}`, () => thing.close?.(), 2 * second)),
    step('close the inbox', () => inboxDoor.close(), second),
    step('close the store', () => store.close(), 2 * second),
    step('close the door', () => door.close(), second),
  ]
}
