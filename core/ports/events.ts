import type { Tx } from './store.ts'

/** Something that happened, as its publisher wrote it down. */
export interface HubEvent {
  id: string
  /** `noun.verb`, such as `call.ringing`. */
  name: string
  data: unknown
  at: Date
  /** What its publisher had looked up already, for whoever would look it up again. Not kept: missing on another hub, and when delivered again. */
  beside?: object
}

/** Tells others what happened: in the publisher's transaction, delivered at least once to everyone who listens. */
export interface Events {
  publish(tx: Tx, name: string, data: object, beside?: object): Promise<void>
}

/** Hears of an event. Its effect and the mark "delivered" commit together; an error means it is delivered again, with backoff. */
export type Listener = OneListener | ManyListener | ChoosyListener

/** Hears of each by itself. */
export type OneListener = (tx: Tx, event: HubEvent) => Promise<void>

/**
 * Hears of many at once, in their order: of those that come faster than they are heard, and of those that come in floods and are about no call
 * and nobody of the staff, which may wait a moment for others. An error means that each of them is delivered again by itself.
 */
export interface ManyListener {
  many(tx: Tx, events: readonly HubEvent[]): Promise<void>
  /** None waits for others: only those are told together that have come already. Default false. */
  isUrgent?: boolean
}

/** Hears of those it wants only, one by one: of the others nothing is kept for it. */
export interface ChoosyListener {
  /** Judged by what the event says, when it is published. */
  wants(data: unknown): boolean
  hear: OneListener
}

/** Sends commands outward: kept in the sender's transaction, done at least once, one at a time and in order for each `key`. */
export interface Outbox {
  /** @param topic who carries it out: the name of a plugin's courier. @param key what it is about, such as a call id */
  send(tx: Tx, topic: string, key: string, data: object): Promise<void>
}

/**
 * Carries out a command: talks to the vendor outside any transaction, then returns what to write down.
 * `attempt` counts from 1; above 1 the command may have been done before, so ask first.
 * A process that slept may have been given up, and the command taken over: `isOurs` is to be asked right before the vendor is.
 * @throws VendorError: retryable ones are tried again with backoff, others go to `failed`
 */
export interface Courier {
  carry(command: unknown, attempt: number, isOurs?: IsOurs): Promise<(tx: Tx) => Promise<void>>
  /** The command was given up: what to write down. */
  failed(command: unknown, error: unknown): (tx: Tx) => Promise<void>
}

/** Whether what is in hand is still ours to do: false once so much time went by that another may have taken it over. Default: it is. */
export type IsOurs = () => boolean

/** An event on its way to other hubs and programs. Those of one key, such as a call's id, stay in order; without one the key is empty. */
export interface KeyedEvent extends HubEvent {
  key: string
}

/** Carries events beyond this hub: kept for everybody who reads, also for whoever is away. */
export interface EventsPort {
  /**
   * Keeps events, in the order given; one whose id was kept a short while ago is not kept again.
   * @throws VendorError, retryable, when they may not all be safe: hand all of them on again
   */
  publish(events: readonly KeyedEvent[]): Promise<void>
  /**
   * Reads every event published since a consumer of this name (letters, digits, `-`, `_`) was first there: one after the other, in order, on from
   * where it stopped, at least once. Of several readers with one name, one at a time gets an event. A `handle` that throws is called again with the
   * same event after a pause, ten times, before the next is read.
   * @throws HubError bad_request for a strange name; VendorError when the engine is away
   */
  consume(consumer: string, handle: (event: KeyedEvent) => Promise<void>): Promise<Consuming>
  /** A quick way between hubs. Default: the hub's own, in its database. */
  hints?: Hints
}

/** Somebody who reads events. */
export interface Consuming {
  /** Reads no more; what is in hand is finished first. */
  stop(): Promise<void>
}

/** Short texts (up to 7,000 bytes) from each hub to all, itself included: quick, and lost for whoever does not hear right now. */
export interface Hints {
  /** @throws when it surely was not told */
  tell(text: string): Promise<void>
  /** Hears every text from the time the way is open; null whenever it opens, for texts may have been lost before. @returns a function that ends it */
  hear(heard: (text: string | null) => void): () => Promise<void>
  /** Whether texts come through at present. */
  isLive(): boolean
}

/** Tells the other hubs on this database that there is something new in it. A hint may be lost: the database is the truth, so look there now and then. */
export interface Signals {
  /** Hints once `tx` has committed; what many transactions hint at the same time is told together. No keys: anything of the channel may be new. */
  send(tx: Tx, channel: string, keys?: readonly string[]): void
  /** Hears what other hubs hint: the keys, or null when any may be new. @returns a function that ends it */
  hear(channel: string, heard: (keys: ReadonlySet<string> | null) => void): () => void
  /** Whether hints come through at present. While they do not, look often. */
  isLive(): boolean
}
