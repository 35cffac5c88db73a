import type { Random } from './random.ts'
import type { SimulatorLog } from './simulator.ts'
import type { Clock } from './twilio-clock.ts'
import type { Webhooks } from './twilio-webhooks.ts'

/** Status words of the REST API. */
export type Status = 'queued' | 'ringing' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled'

/** What a party hears. `silence`: alone in a conference that has begun, or a pause. */
export type Sound = 'ringing' | 'say' | 'music' | 'conference' | 'beep' | 'busy' | 'silence' | 'nothing'

/** Something a party hears, from `atMs` of the vendor's time until the next. */
export interface Heard {
  atMs: number
  sound: Sound
  text?: string
}

/** Where reports go, and of what. */
export interface Callback {
  url: string
  events: ReadonlySet<string>
}

/** A phone number of the account. */
export interface Line {
  sid: string
  phoneNumber: string
  voiceUrl: string
  voiceFallbackUrl: string
  statusCallback: string
}

/** What somebody who rings us does by themselves, in milliseconds of the vendor's time. */
export interface CallerHabits {
  /** Hangs up after this, whatever happens. */
  hangUpAfterMs?: number
  /** Speaks this long after a beep, and hangs up. Default: says nothing. */
  leaveMessageMs?: number
}

/** One party's connection. */
export interface Leg {
  sid: string
  direction: 'inbound' | 'outbound-api'
  from: string
  to: string
  status: Status
  createdAt: Date
  updatedAt: Date
  /** In the vendor's time; null before it was answered. */
  answeredAtMs: number | null
  durationSeconds: number
  label: string | null
  callback: Callback | null
  sequence: number
  /** The line that was called; null for legs the account dialled. */
  line: Line | null
  habits: CallerHabits
  conference: Conference | null
  /** Stops what it is doing: playing instructions, or ringing. */
  program: AbortController
  /** Somebody picked up. */
  answered(): void
  heard: Heard[]
}

/** A party in a conference. */
export interface Member {
  leg: Leg
  isMuted: boolean
  isOnHold: boolean
  startsOnEnter: boolean
  endsOnExit: boolean
  /** Hears music until it begins. */
  hasWaitMusic: boolean
  /** Called when it left. */
  left(): void
}

/** A conference. Its callback is the one its first participant came with. */
export interface Conference {
  sid: string
  name: string
  status: 'init' | 'in-progress' | 'completed'
  members: Map<string, Member>
  /** Being dialled into it. */
  dialled: Map<string, Leg>
  callback: Callback | null
  sequence: number
  createdAt: Date
  reasonEnded: string | null
}

/** A recording. */
export interface RecordingRow {
  sid: string
  callSid: string
  status: 'in-progress' | 'completed' | 'absent'
  durationSeconds: number
  startedAt: Date
}

/** What answers at an address. `waits`: rings until somebody is told to pick up, decline, or the time is over. */
export type Behaviour =
  'waits' | 'busy' | 'declines' | 'unreachable' | { answersAfterMs: number; hangsUpAfterMs?: number }

/** The account's state, and what it runs on. */
export interface Exchange {
  accountSid: string
  lines: Line[]
  legs: Map<string, Leg>
  /** By SID; of those that live, at most one has a name. */
  conferences: Map<string, Conference>
  recordings: Map<string, RecordingRow>
  /** By address: `client:…` or a number. */
  behaviours: Map<string, Behaviour>
  clock: Clock
  webhooks: Webhooks
  random: Random
  now(): Date
  log: SimulatorLog | undefined
}

/** A new SID: two letters and 32 hexadecimal digits. */
export function sidOf(prefix: string, random: Random): string {
  return prefix + Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join('')
}

/** Whether a leg is over. */
export function isOver({ status }: Leg): boolean {
  return status !== 'queued' && status !== 'ringing' && status !== 'in-progress'
}

/** RFC 2822 with a numeric zone, as in callbacks and the REST API. */
export function rfc2822(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000')
}
