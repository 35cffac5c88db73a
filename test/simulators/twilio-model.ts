import type { Faults } from './faults.ts'
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

/** What can be set for a phone number, as the API names it but for the case; an empty text is nothing. */
export interface LineSettings {
  voiceUrl: string
  voiceMethod: string
  voiceFallbackUrl: string
  voiceFallbackMethod: string
  statusCallback: string
  statusCallbackMethod: string
  /** Another application that drives its calls: the addresses above are ignored. */
  voiceApplicationSid: string
  /** A trunk that drives its calls. Setting one of the two clears the other. */
  trunkSid: string
  smsUrl: string
  smsMethod: string
  smsFallbackUrl: string
  smsFallbackMethod: string
  smsApplicationSid: string
}

/** A phone number of the account. */
export interface Line extends LineSettings {
  sid: string
  phoneNumber: string
  friendlyName: string
  capabilities: { voice: boolean; sms: boolean; mms: boolean }
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
  /** Done when it is over. */
  whenOver: (() => void)[]
  /** Stops what it is doing: playing instructions, or ringing. */
  program: AbortController
  /** Somebody picked up. */
  answered(): void
  /** The party pressed a key, where somebody waits for one. */
  pressed(key: string): boolean
  heard: Heard[]
  /** The conference it was dialled into, by name; null for a leg that rang us. */
  dialledInto: string | null
  /** Each status it had, and since when in the vendor's time: the API may show an old one. */
  past: { status: Status; atMs: number }[]
}

/** A party in a conference. */
export interface Member {
  leg: Leg
  isMuted: boolean
  isOnHold: boolean
  /** Is heard by this leg alone. */
  coaches: string | null
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
  status: 'in-progress' | 'paused' | 'stopped' | 'completed' | 'absent'
  durationSeconds: number
  startedAt: Date
  source: 'RecordVerb' | 'StartCallRecordingAPI'
  /** Of a conversation: where its end is reported, and how much of it is recorded so far, up to the last pause. */
  callback: Callback | null
  recordedMs: number
  /** Since when it is recorded without a break, in the vendor's time; null while it is not. */
  sinceMs: number | null
}

/** What answers at an address. `waits`: rings until somebody is told to pick up, decline, or the time is over. */
export type Behaviour =
  'waits' | 'busy' | 'declines' | 'unreachable' | { answersAfterMs: number; hangsUpAfterMs?: number }

/** What answers at an address: always the same, or for each leg anew. */
export type Script = Behaviour | ((leg: { to: string; label: string | null }) => Behaviour)

/** Something the API was asked to do, and did. */
export interface Performed {
  /** In the vendor's time. */
  atMs: number
  /** The operation: `POST Calls/:sid`. */
  what: string
  /** The leg it was done to, or that came of it. */
  callSid: string | null
  form: Readonly<Record<string, string>>
}

/** Status words of messages. */
export type TextStatus =
  'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'received' | 'canceled'

/** What becomes of a message to somebody. `waits`: nothing until it is settled. `refused`: the API does not take it. */
export type TextEnd = 'delivered' | 'waits' | { undelivered: number } | { failed: number } | { refused: number }

/** A file that came with a message. */
export interface TextMedia {
  sid: string
  contentType: string
  url: string
}

/** A message. */
export interface Text {
  sid: string
  direction: 'inbound' | 'outbound-api'
  /** Null until a messaging service has chosen a line. */
  from: string | null
  to: string
  body: string
  media: TextMedia[]
  status: TextStatus
  errorCode: number | null
  messagingServiceSid: string | null
  createdAt: Date
  updatedAt: Date
  /** Null before it went out. */
  sentAt: Date | null
  /** Where reports about it go. */
  callback: string | null
  /** Resolves when every report about it so far was answered or given up. */
  told: Promise<unknown>
  /** Calls off what would have come of it. */
  stop(): void
}

/** The account's state, and what it runs on. */
export interface Exchange {
  accountSid: string
  lines: Line[]
  legs: Map<string, Leg>
  /** By SID; of those that live, at most one has a name. */
  conferences: Map<string, Conference>
  recordings: Map<string, RecordingRow>
  /** By address: `client:…` or a number. */
  behaviours: Map<string, Script>
  /** What was done for the account, oldest first. */
  performed: Performed[]
  /** By SID, oldest first. */
  texts: Map<string, Text>
  /** What becomes of messages, by whom they are for. Default: they arrive. */
  textEnds: Map<string, TextEnd>
  /** Where files of messages are really kept: a signed address, on a host that is not the API's. */
  fileAddress(contentType: string, sid: string): string
  /** Who opted out of which line: `line person`. */
  optOuts: Set<string>
  /** How old what the API says of a call is, in milliseconds of the vendor's time. */
  lagMs: number
  faults: Faults
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
