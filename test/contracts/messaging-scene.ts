import type { Test } from 'tap'
import {
  laterStatus,
  minute,
  VendorError,
  type Channel,
  type MessageEvent,
  type MessageKind,
  type MessagePage,
  type MessageStatus,
  type MessagingPort,
  type OutboundMessage,
  type Sent,
  type WebhookRequest,
} from '@switchboard/core'
import type { Delivered } from '@switchboard/test-simulators/deliver'
import type { Faults } from '@switchboard/test-simulators/faults'
import type { World } from '@switchboard/test-simulators/world'
import type { Receiver } from './receiver.ts'

/** What a messaging rig is made with. */
export interface MessagingSetting {
  /** Where the vendor sends webhooks to. */
  publicUrl: string
  adapter: string
  /** Some dozen people. */
  world: World
  seed: number
  now(): Date
}

/** A messaging vendor with its adapter, to try both out. */
export interface MessagingRig {
  messaging: MessagingPort
  /** The ways in, by the last part of the webhook's path. */
  channels: Readonly<Record<string, Channel>>
  faults: Faults
  /** Whether the vendor signs the time, so that an old delivery is refused. */
  signsTime: boolean
  /** Whether `changes` is provided. Its pages hold at most 20 events, and the vendor gives some that are short or empty. */
  hasChanges: boolean
  /** Whether `find` is provided. */
  hasFind: boolean
  /** A message the vendor takes, from a line of the account to somebody who can be reached. */
  outbound: OutboundMessage
  /**
   * Somebody writes in, and the webhook about it is sent. `from` is a handle of the kind the vendor carries; default: anybody's. `files` are
   * the types of files that come with it.
   */
  hearFrom(text: string, from?: string, files?: readonly string[]): Heard
  /** The files that came with a message, as the vendor has them. Null: the vendor carries none, and `media` is not provided. */
  filesOf: ((externalId: string) => { contentType: string; bytes: Buffer }[]) | null
  /** Requests that brought our credentials to a host that is not the vendor's API. */
  leaks(): number
  /** Messages like `outbound` with which the vendor takes up a new conversation, by the kinds that `begins` names. */
  beginnings: Partial<Record<MessageKind, OutboundMessage>>
  /** How many messages that were carried elsewhere the vendor has by this id. Null: it takes none, and `keep` is not provided. */
  kept: ((externalId: string) => number) | null
  /** The hub's id of every message that the vendor was told to send and took on, oldest first. */
  taken(): string[]
  /** Moves a sent message on to its end, delivered or failed. Resolves when all webhooks about it were answered. */
  settle(externalId: string, end: 'fine' | 'failed'): Promise<void>
  /** Sends a signed webhook of a kind that nobody knows. */
  sendUnknown(): Promise<Delivered>
  close(): Promise<void>
}

/** A message that somebody wrote, and the webhook about it on its way. */
export interface Heard {
  /** As the hub has it. */
  externalId: string
  delivered: Promise<Delivered>
}

/** What the suite is run on. */
export interface MessagingSubject {
  name: string
  start(setting: MessagingSetting): Promise<MessagingRig>
}

/** One rig on its own, with a clock that the test moves. */
export interface Stage extends MessagingRig {
  inbox: Receiver
  now(): Date
  wait(ms: number): void
}

/** What is shown, by its title. */
export type Checks = Readonly<Record<string, (t: Test, stage: Stage) => Promise<void>>>

/** A delivery's id, by the channel it came in on. @throws WebhookRejected; Error when there is no such channel */
export function verified({ channels }: Stage, request: WebhookRequest | undefined): string {
  const channel = request && channels[request.channel]
  if (!channel) throw new Error(`nothing came in on a known channel (${request?.channel ?? 'nothing at all'})`)
  return channel.verify(request)
}

/** What all deliveries so far say, in the order they came. */
export function told({ inbox, messaging }: Stage): MessageEvent[] {
  return inbox.requests.flatMap(request => messaging.receive(request))
}

/** The pages of one read. */
export async function pagesOf({ messaging }: Stage, cursor: string | null): Promise<MessagePage[]> {
  const pages: MessagePage[] = []
  for await (const page of messaging.changes?.(cursor) ?? []) pages.push(page)
  return pages
}

/** What a read from the beginning gives. */
export async function readAll(stage: Stage): Promise<MessageEvent[]> {
  return (await pagesOf(stage, null)).flatMap(page => page.events)
}

/** How far a message has come by what was told of it, in the order it was told. */
export function statusAfter(events: readonly MessageEvent[], { externalId, key }: Which): MessageStatus | null {
  return events.reduce<MessageStatus | null>((known, event) => {
    const status = statusIn(event, { externalId, key })
    return status && known ? laterStatus(known, status) : (status ?? known)
  }, null)
}

/** A message of ours: by the vendor's id, or by our key where the vendor told none yet. */
export interface Which {
  externalId: string | null
  key: string
}

/** What an event says of one message; null when it is of another matter. */
export function statusIn(event: MessageEvent, { externalId, key }: Which): MessageStatus | null {
  if (event.type === 'message') return event.message.externalId === externalId ? event.message.status : null
  if (event.type !== 'status') return null
  return event.key === key || event.externalId === externalId ? event.status : null
}

/** What `find` says once the vendor can know. An adapter that cannot tell yet says so with an error to come back after. */
export async function found({ messaging, outbound, wait }: Stage, key: string, since: Date): Promise<Sent | null> {
  for (let tries = 1; ; tries++) {
    try {
      return (await messaging.find?.(outbound, key, since)) ?? null
    } catch (error) {
      if (!(error instanceof VendorError) || !error.retryable || tries === 5) throw error
      wait(error.retryAfterMs ?? minute)
    }
  }
}

/** What was thrown. @throws Error when nothing was */
export async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
