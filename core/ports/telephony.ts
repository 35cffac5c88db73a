import type { CallCommand, CallEvent, CallSnapshot, CommandResult, FoundRecording, Instruction } from '../model/call.ts'
import type { CallId, LegId, StaffId } from '../model/id.ts'
import type { IsOurs } from './events.ts'
import type { HttpReply, WebhookRequest } from './webhook.ts'

/** A phone vendor. */
export interface TelephonyPort {
  /** A verified delivery in our words. Unknown reports are `other`, never an error. */
  receive(request: WebhookRequest): CallEvent
  /** The vendor's markup for an instruction; null answers "nothing to do". Pure. */
  reply(instruction: Instruction | null): HttpReply
  /**
   * Does one command. The hub repeats it after a crash or a retryable error, and asks `inspect` first.
   * @param isOurs false: it is too late, another does it; asked right before anything is sent
   * @throws VendorError; `outcomeUnknown` when it may have been done
   */
  perform(command: CallCommand, isOurs?: IsOurs): Promise<CommandResult>
  /** The vendor's truth about a call, from the legs we know and the conference named by the call. */
  inspect(call: KnownCall): Promise<CallSnapshot>
  /** The lines the account has. Default: not known. */
  lines?(): Promise<Line[]>
  /** Points a line of the account to us again, and gives it as it is then. @throws VendorError */
  claimLine?(vendorId: string): Promise<Line>
  /** A recording's audio, by the vendor's id. Default: it stays at the vendor. @throws VendorError; retryable while it may still come */
  recording?(vendorId: string): Promise<{ body: Uint8Array; contentType: string }>
  /** The recordings begun since then that are whole. Default: only those are known that are told of. @throws VendorError */
  recordings?(since: Date): Promise<FoundRecording[]>
  /**
   * Markup that takes a message with nothing but itself: says `say`, records, then asks `next`. Null ends the leg. Pure, and needs no
   * call of ours. Default: calls cannot be answered while the database is away.
   */
  fallback?(message: { say: string; maxSeconds: number; next: string } | null): HttpReply
  /** What a staff phone client needs to register with the vendor. Default: staff answer on the vendor's own devices. */
  clientToken?(staffId: StaffId): { token: string; expiresAt: Date }
}

/** A number of the account, and whether its calls and texts come to us. */
export interface Line {
  vendorId: string
  /** E.164. */
  number: string
  /** The vendor's or the owner's name for it. */
  name: string | null
  takes: ('voice' | 'sms' | 'mms')[]
  /** What is not as it should be: a webhook address that leads elsewhere, a line driven by another application. Empty: all is well. */
  drift: Drift[]
}

/** One setting of a line that is not ours. */
export interface Drift {
  /** The vendor's name of the setting. */
  setting: string
  is: string | null
  shouldBe: string
}

/** What we know of a call when we ask the vendor about it. */
export interface KnownCall {
  callId: CallId
  legs: { legId: LegId; vendorId: string | null }[]
  /** The vendor's id of the leg whose recording is to be told of as well. Default: none. */
  recordedVia?: string
}
