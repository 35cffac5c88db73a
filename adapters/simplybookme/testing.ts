import type { Page, SourcePort } from '@switchboard/core'
import { testKit, type TestKit } from '@switchboard/test-contracts/kit'
import { receiver, type Receiver } from '@switchboard/test-contracts/receiver'
import type { HintRig } from '@switchboard/test-contracts/source-hints'
import { simplybookmeSimulator, type RunningSimplybookme } from '@switchboard/test-simulators/simplybookme'
import { worldOf } from '@switchboard/test-simulators/world'
import { simplybookme } from './simplybookme.ts'

/** The adapter in front of a running simulator, with the limits it asks for; `more` are options over the simulator's own. */
export function adapterOf(
  vendor: RunningSimplybookme,
  kit: TestKit,
  more: object = {},
): Pick<HintRig, 'source' | 'channel'> {
  const { source, channels = {} } = simplybookme.create(optionsOf(vendor, more), kit)
  const [channel] = Object.values(channels)
  if (!source || !channel) throw new Error('simplybookme provides no source')
  return { source, channel }
}

/** A kit that may ask only whom the adapter says it asks. */
export function kitOf(vendor: RunningSimplybookme, now: () => Date, publicUrl?: string): TestKit {
  const limits = simplybookme.http?.(optionsOf(vendor, {}))
  return testKit('sbm', now, { ...(publicUrl && { publicUrl }), ...(limits && { limits }) })
}

function optionsOf(vendor: RunningSimplybookme, more: object): ReturnType<(typeof simplybookme)['options']['parse']> {
  const given = { ...simplybookmeSimulator.options, ...vendor.options, pageSize: 15, perSecond: 2000, ...more }
  return simplybookme.options.parse(given)
}

/** A vendor with some bookings, the adapter, and a clock that the test moves. */
export interface Demo {
  vendor: RunningSimplybookme
  source: SourcePort
  channel: HintRig['channel']
  kit: TestKit
  inbox: Receiver
  wait(ms: number): void
  now(): Date
}

/** Starts a vendor of a hundred people; it ends with the test. */
export async function demo(t: { teardown(end: () => unknown): void }, more: object = {}): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 3, now: now(), people: 150 })
  const settings = { publicUrl: inbox.publicUrl, adapter: 'sbm', world, seed: 3, now }
  const vendor = await simplybookmeSimulator.start(settings)
  t.teardown(vendor.close)
  const kit = kitOf(vendor, now, inbox.publicUrl)
  return { ...adapterOf(vendor, kit, more), vendor, kit, inbox, now, wait: ms => void (at += ms) }
}

/** All pages of a read. */
export async function pagesOf(source: SourcePort, cursor: string | null): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of source.changes(cursor)) pages.push(page)
  return pages
}

/** The ids of the records in pages, in their order. */
export function idsIn(pages: readonly Page[]): string[] {
  return pages.flatMap(page => page.records.map(record => record.externalId))
}
