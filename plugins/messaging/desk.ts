import type { Hub, Region, StaffId, Tx } from '@switchboard/core'
import type { Thread } from './thread-store.ts'

/** What the parts of messaging work with. */
export interface Desk extends Pick<
  Hub,
  'store' | 'events' | 'outbox' | 'now' | 'log' | 'messengers' | 'wanted' | 'port'
> {
  settings: DeskSettings
}

/** The settings that matter to more than one of them. */
export interface DeskSettings {
  /** Where a phone number without a country code is from. */
  region: Region
  /** When nobody is written to unasked, by the clock on the wall of `timeZone`; null: there is no such time. */
  quietHours: { from: string; to: string; timeZone: string } | null
  /** News older than this are kept, and told nobody. */
  newsHours: number
}

/** Who is told of news in a conversation: its owner, or else everybody who answers. */
export async function audienceOf(
  { port }: Pick<Desk, 'port'>,
  tx: Tx,
  { ownerId }: Pick<Thread, 'ownerId'>,
): Promise<StaffId[]> {
  const active = (await port('roster').onDuty(tx)).map(({ id }) => id)
  return ownerId && active.includes(ownerId) ? [ownerId] : active
}
