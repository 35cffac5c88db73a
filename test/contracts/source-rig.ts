import type { Channel, SourcePort } from '@switchboard/core'
import type { Delivered } from '@switchboard/test-simulators/deliver'
import type { Faults } from '@switchboard/test-simulators/faults'
import type { World } from '@switchboard/test-simulators/world'

/** What a source's rig is made with. */
export interface SourceSetting {
  /** Where the vendor sends webhooks to. */
  publicUrl: string
  adapter: string
  /** Some hundred people. */
  world: World
  seed: number
  now(): Date
}

/** A source with its vendor, to try out what it reads. */
export interface ReadingRig {
  /** Reads pages of at most 40 rows. */
  source: SourcePort
  faults: Faults
  /** Whether a read tells of deleted rows; else only a webhook does. */
  readsDeleted: boolean
  /** Whether some rows name two people. Default true. */
  namesPairs?: boolean
  /** The vendor tells no times of change: a read lists a whole window, and what changes meanwhile may be the next read's. Default false. */
  readsWindows?: boolean
  /** The hub's id of every row that a read must give. */
  externalIds(): string[]
  /** Changes a row and sends the webhook about it. @returns the row's id, as the hub has it */
  change(): RigChange
  /** Deletes a row and sends the webhook about it. */
  remove(): RigChange
  /** Garbles a row. @returns its id, as the hub has it */
  spoil(): string
  close(): Promise<void>
}

/** A source with its vendor, which sends webhooks too. */
export interface SourceRig extends ReadingRig {
  channel: Channel
  /** Whether the vendor signs the time, so that an old delivery is refused. */
  signsTime: boolean
  /** Sends a signed webhook of a kind that nobody knows. */
  sendUnknown(): Promise<Delivered>
}

/** What a rig changed at the vendor, and the webhook about it on its way. */
export interface RigChange {
  externalId: string
  delivered: Promise<Delivered>
}
