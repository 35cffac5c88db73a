import type { Channel, MessagingPort, SourcePort } from '@switchboard/core'
import { testKit, type TestKit } from '@switchboard/test-contracts/kit'
import { receiver, type Receiver } from '@switchboard/test-contracts/receiver'
import type { FaultSettings } from '@switchboard/test-simulators/faults'
import { frontSimulator, type RunningFront } from '@switchboard/test-simulators/front'
import type { SimulatorSettings } from '@switchboard/test-simulators/simulator'
import { worldOf } from '@switchboard/test-simulators/world'
import { front } from './front.ts'

/** The adapter and a simulated company, pointed at each other. */
export interface TestCompany {
  adapter: { messaging: MessagingPort; source: SourcePort; channels: Readonly<Record<string, Channel>> }
  vendor: RunningFront
  kit: TestKit
}

/** What the adapter is given besides the simulator's own options; `speed` is the simulator's. */
export type TestOptions = { [option: string]: unknown } & { speed?: number }

/** Starts a simulated company, and makes the adapter for it. */
export async function company(setting: SimulatorSettings, { speed, ...more }: TestOptions = {}): Promise<TestCompany> {
  const vendor = await frontSimulator.start({ ...setting, ...(speed !== undefined && { speed }) })
  const options = front.options.parse({ ...frontSimulator.options, perMinute: 60_000, ...vendor.options, ...more })
  const limits = front.http?.(options)
  const kit = testKit('front', setting.now, { publicUrl: setting.publicUrl, ...(limits && { limits }) })
  const { messaging, source, channels } = front.create(options, kit)
  if (!messaging || !source || !channels) throw new Error('front provides too little')
  return { adapter: { messaging, source, channels }, vendor, kit }
}

/** A company with a receiver for its webhooks, a clock, and a look at what it was asked. */
export interface Demo extends TestCompany {
  inbox: Receiver
  wait(ms: number): void
  /** The paths that were asked by this method. */
  requests(method: string): string[]
  /** The queries of what was asked at a path. */
  asked(path: string): URLSearchParams[]
  /** What was posted. */
  bodies(): unknown[]
}

/** Starts one; it ends with the test. Accepted sends are sent a second later, or when the test says so. */
export async function demo(
  t: { teardown(end: () => unknown): void },
  options: TestOptions = {},
  faults: Partial<FaultSettings> = {},
): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 5, now: now(), people: 80 })
  const settings = { publicUrl: inbox.publicUrl, adapter: 'front', world, seed: 5, now, faults }
  const made = await company(settings, { speed: 1, ...options })
  t.teardown(() => made.vendor.close())
  const { requests } = made.vendor
  return {
    ...made,
    inbox,
    wait: ms => void (at += ms),
    requests: method => requests.filter(one => one.method === method).map(({ url }) => url.pathname),
    asked: path => requests.filter(({ url }) => url.pathname === path).map(({ url }) => url.searchParams),
    bodies: () => requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body.toString())),
  }
}
