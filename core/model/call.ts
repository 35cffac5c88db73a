import { isId, type CallId, type LegId, type StaffId } from './id.ts'

/** How far one party's connection has come. The last five are final and never left. */
export type LegStatus =
  'queued' | 'ringing' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled'

const finalLegStatuses: ReadonlySet<LegStatus> = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled'])

/** Whether a leg with this status is over. */
export function isOver(status: LegStatus): boolean {
  return finalLegStatuses.has(status)
}

/** Which leg a vendor's report is about: its id there, and ours where our own callback address carried it. */
export interface LegRef {
  vendorId: string
  callId: CallId | null
  legId: LegId | null
}

/**
 * What a phone vendor reports, in our words.
 * `at` is the vendor's time where it gives one; `sequence` orders reports of one leg or conference where the vendor counts them.
 */
export type CallEvent =
  /** Somebody calls one of our lines. `from` is null when withheld; it is as the vendor wrote it, and may not be a number. */
  | { type: 'incoming'; leg: LegRef; from: string | null; to: string; at: Date }
  | { type: 'leg'; leg: LegRef; status: LegStatus; sequence: number | null; durationSeconds: number | null; at: Date }
  /** `hungUp`: by hanging up. Default: not known. */
  | { type: 'joined' | 'left'; leg: LegRef; conference: Conference; sequence: number | null; at: Date; hungUp?: true }
  | { type: 'conferenceEnded'; callId: CallId | null; conference: Conference; sequence: number | null; at: Date }
  /** The caller finished, or gave up, leaving a message. */
  | { type: 'recorded'; leg: LegRef; recording: Recording | null; at: Date }
  /** Somebody pressed keys, and the vendor asks what is next. */
  | { type: 'digits'; leg: LegRef; digits: string; at: Date }
  /** The vendor asks what this leg should do next. `hasLeft`: it was in a conference, and is out of it. Default false. */
  | { type: 'asks'; leg: LegRef; at: Date; hasLeft?: true }
  /** A report that we have no use for; kept in the inbox. */
  | { type: 'other'; name: string; at: Date }

/** A conference: our name for it (the call id) and the vendor's id. */
export interface Conference {
  name: string
  vendorId: string
}

/** A recording at the vendor. */
export interface Recording {
  vendorId: string
  url: string
  durationSeconds: number | null
  /** Of a conversation, not of a message. Default false. */
  isConversation?: boolean
}

/** A recording that the vendor has, whether it told us of it or not. */
export interface FoundRecording {
  /** Of which leg, by the vendor's id. */
  vendorLegId: string
  recording: Recording
  /** When it began. */
  at: Date
  /** Who called whom; null when it was not somebody calling us. Asks the vendor. */
  about(): Promise<{ from: string | null; to: string } | null>
}

/** What a leg is told to do, as the answer to the vendor's question or as a redirect. */
export type Instruction =
  /** Hear `say`, then music until told otherwise. */
  | { do: 'wait'; say: string | null }
  /** Hear `say`, then music until told otherwise; the key 1 asks to be called back. */
  | { do: 'queue'; callId: CallId; legId: LegId; say: string }
  /** Hear `text`; then the leg is over. */
  | { do: 'farewell'; text: string }
  /** Be in the conference named by the call. `endOnExit`: the conference ends when this leg leaves. */
  | { do: 'join'; callId: CallId; legId: LegId; endOnExit: boolean }
  | { do: 'voicemail'; callId: CallId; say: string; maxSeconds: number }
  | { do: 'reject'; reason: 'busy' | 'rejected' }
  | { do: 'say'; text: string }
  | { do: 'hangup' }

/** Whom a leg is dialled to: a staff client by its identity, or a phone number in E.164. */
export type Party = { client: string } | { phone: string }

/** What we ask of the vendor about a call. Each goes through the outbox with an idempotency key. */
export type CallCommand =
  /**
   * Ring `to` and put whoever answers into the conference named by the call, to talk unless `as` says otherwise. `endOnExit`: the
   * conference ends when they leave it. Default false.
   */
  | {
      do: 'dial'
      callId: CallId
      legId: LegId
      to: Party
      from: string
      timeoutSeconds: number
      as?: Attendance
      endOnExit?: boolean
    }
  | { do: 'redirect'; callId: CallId; legId: LegId; vendorLegId: string; to: Instruction }
  | { do: 'hangup'; callId: CallId; legId: LegId; vendorLegId: string }
  /** Has one party in a conference hear music instead of the others, or the others again. */
  | { do: 'hold'; callId: CallId; legId: LegId; vendorLegId: string; conferenceId: string; on: boolean }
  /** Has the others not hear one party, or hear them again. */
  | { do: 'mute'; callId: CallId; legId: LegId; vendorLegId: string; conferenceId: string; on: boolean }
  /** Has a conference end when this party leaves it, or go on. */
  | { do: 'endOnExit'; callId: CallId; legId: LegId; vendorLegId: string; conferenceId: string; on: boolean }
  /** Changes what one party in a conference is there for. */
  | { do: 'attend'; callId: CallId; legId: LegId; vendorLegId: string; conferenceId: string; as: Attendance }
  /** Records what is said in a conference, pauses or ends it. */
  | {
      do: 'record'
      callId: CallId
      legId: LegId
      vendorLegId: string
      conferenceId: string
      to: 'on' | 'paused' | 'off'
    }

/** What somebody is in a conference for: to talk, only to listen, or to be heard by one leg alone, by the vendor's id. */
export type Attendance = { part: 'talk' | 'listen' } | { part: 'whisper'; to: string }

/** What became of a command. `gone`: the leg it was about is over, which is no error. */
export interface CommandResult {
  outcome: 'done' | 'gone'
  /** The vendor's id of the leg that `dial` made. */
  vendorLegId: string | null
}

/** The vendor's truth about one leg. */
export interface LegSnapshot {
  vendorId: string
  /** Ours, where the vendor carries it (a participant's label). */
  legId: LegId | null
  status: LegStatus
  inConference: boolean
  /** The vendor's id of the conference it is in, without which nothing can be asked for there. Default: it is in none. */
  conferenceId?: string
  /** In the conference: whether it hears music instead of the others, is not heard, whether all ends with it, and whom it whispers to. Default: not known. */
  isHeld?: boolean
  isMuted?: boolean
  endsOnExit?: boolean
  whispersTo?: string | null
}

/** The vendor's truth about one call. */
export interface CallSnapshot {
  legs: LegSnapshot[]
  /** Whether the leg asked about is being recorded. Default: not asked, or not known. */
  recorded?: 'on' | 'paused' | 'off'
}

/** Under which name a staff member's phone client registers with the phone vendor: letters, digits and underscore, which all vendors allow. */
export function identityOf(staffId: StaffId): string {
  return `staff_${staffId.replaceAll('-', '')}`
}

/** The staff member whose phone client has this name; null when it is nobody's. */
export function staffOf(identity: string): StaffId | null {
  const [, a, b, c, d, e] =
    /^staff_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(identity) ?? []
  const id = [a, b, c, d, e].join('-')
  return isId(id) ? (id as StaffId) : null
}
