import type { Tx } from './store.ts'

/** Something that happened, as its publisher wrote it down. */
export interface HubEvent {
  id: string
  /** `noun.verb`, such as `call.ringing`. */
  name: string
  data: unknown
  at: Date
}

/** Tells others what happened: in the publisher's transaction, delivered at least once to everyone who listens. */
export interface Events {
  publish(tx: Tx, name: string, data: object): Promise<void>
}

/** Hears of an event. Its effect and the mark "delivered" commit together; an error means it is delivered again, with backoff. */
export type Listener = (tx: Tx, event: HubEvent) => Promise<void>

/** Sends commands outward: kept in the sender's transaction, done at least once, one at a time and in order for each `key`. */
export interface Outbox {
  /** @param topic who carries it out: the name of a plugin's courier. @param key what it is about, such as a call id */
  send(tx: Tx, topic: string, key: string, data: object): Promise<void>
}

/**
 * Carries out a command: talks to the vendor outside any transaction, then returns what to write down.
 * `attempt` counts from 1; above 1 the command may have been done before, so ask first.
 * @throws VendorError: retryable ones are tried again with backoff, others go to `failed`
 */
export interface Courier {
  carry(command: unknown, attempt: number): Promise<(tx: Tx) => Promise<void>>
  /** The command was given up: what to write down. */
  failed(command: unknown, error: unknown): (tx: Tx) => Promise<void>
}
