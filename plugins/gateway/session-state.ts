import { limits as usual, type Limits } from './limits.ts'
import type { ClientFrame, Closing, FrameId, Hello, ReplyFrame, ResetReason } from './protocol.ts'

/** A counted frame, ready to send. */
export interface Frame {
  seq: number
  text: string
  /** The same event as the one device reads it that it came from. */
  own?: { device: string; text: string }
}

/** One connection, as a value. */
export interface Session {
  readonly phase: 'awaiting' | 'admitting' | 'live' | 'closed'
  readonly limits: Limits
  readonly openedAt: number
  /** When the token ends that let it in; null: never. */
  readonly endsAt: number | null
  /** The name of the client's device; empty until it is admitted. */
  readonly device: string
  /** The last counted frame the client was sent, or is known to have. */
  readonly seq: number
  /** The last counted frame known to exist. */
  readonly known: number
  /** Frames after `seq` are being read, or wait until the client took what was sent. */
  readonly catchUp:
    { readonly state: 'reading'; readonly goal: number } | { readonly state: 'paused'; readonly since: number } | null
  readonly budget: { readonly frames: number; readonly at: number }
  readonly malformed: number
  /** The texts of short replies by the client's id; null while the command runs. */
  readonly answers: ReadonlyMap<FrameId, string | null>
}

/** What can happen to a connection. */
export type Input =
  /** The client sent something; `text` is null when it was binary. */
  | { type: 'frame'; text: string | null; bytes: number }
  /** The hello was good. The client has everything up to `seq`; frames up to `known` exist. `welcome` is what it is told, as JSON. */
  | {
      type: 'admitted'
      seq: number
      welcome: string
      known: number
      reset: ResetReason | null
      device?: string
      endsAt?: Date | null
    }
  /** A new ticket was good: the connection goes on until `endsAt`. */
  | { type: 'renewed'; endsAt: Date | null }
  | { type: 'refused'; closing: Closing }
  /** Frames were committed. They may come late, twice, or after later ones. */
  | { type: 'pushed'; frames: readonly Frame[] }
  /** Frames up to `seq` exist. */
  | { type: 'woken'; seq: number }
  /** The frames after the one asked for, as many as fit a page, in order. */
  | { type: 'read'; frames: readonly Frame[]; isMore: boolean }
  | { type: 'readFailed' }
  | { type: 'answered'; reply: ReplyFrame }
  /** So much is waiting for the client; told after every other input, and whenever it took something. */
  | { type: 'unsent'; bytes: number }
  | { type: 'tick' }
  | { type: 'draining'; reconnectInMs: number }
  | { type: 'ended'; closing: Closing }
  | { type: 'gone' }

/** What is to be done about it. After `close` nothing follows. */
export type Effect =
  | { do: 'send'; text: string }
  | { do: 'close'; closing: Closing }
  | { do: 'admit'; hello: Hello }
  /** Read the counted frames after `seq`. */
  | { do: 'read'; after: number }
  | { do: 'run'; frame: ClientFrame }
  /** Judge a new ticket for this connection, and answer the frame. */
  | { do: 'renew'; frame: ClientFrame }

/** The connection after an input, and what is to be done, in order. */
export interface Step {
  session: Session
  effects: Effect[]
}

/** A connection that was just opened. */
export function opened(now: Date, limits: Limits = usual): Session {
  const at = now.getTime()
  return {
    phase: 'awaiting',
    limits,
    openedAt: at,
    endsAt: null,
    device: '',
    seq: 0,
    known: 0,
    catchUp: null,
    budget: { frames: limits.framesPerSecond, at },
    malformed: 0,
    answers: new Map(),
  }
}
