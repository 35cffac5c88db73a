import {
  isOver,
  VendorError,
  type Attendance,
  type CallCommand,
  type CommandResult,
  type Party,
} from '@switchboard/core'
import type { Account } from './account.ts'
import { callStatus } from './inspect.ts'
import type { Options } from './options.ts'
import { conferenceEvents, twimlOf, type Writing } from './reply.ts'

/** Codes for a leg that does not exist, or cannot be changed in the state it is in. When it is over that is a race we lost, and no error. */
const goneCodes: ReadonlySet<string | undefined> = new Set(['20404', '21220'])

/** Does a command at the vendor. @throws VendorError */
export function perform(
  command: CallCommand,
  account: Account,
  writing: Writing & { options: Options },
): Promise<CommandResult> {
  switch (command.do) {
    case 'dial':
      return dial(command, account, writing)
    case 'redirect':
      // Doing it twice is not harmless: a leg that is already in the conference would leave it and end it.
      return update(command.vendorLegId, { Twiml: twimlOf(command.to, writing) }, false, account)
    case 'hangup':
      // `completed` ends a leg whatever it is doing; `canceled` would leave alone one that was just answered.
      return update(command.vendorLegId, { Status: 'completed' }, true, account)
    case 'hold':
      return change(
        command,
        { Hold: String(command.on), HoldUrl: writing.options.musicUrl, HoldMethod: 'GET' },
        account,
      )
    case 'mute':
      return change(command, { Muted: String(command.on) }, account)
    case 'endOnExit':
      return change(command, { EndConferenceOnExit: String(command.on) }, account)
    case 'attend':
      return change(command, attendance(command.as), account)
    case 'record':
      return record(command, account, writing)
  }
}

/** What somebody is in the conference for. Who whispers is heard by one leg alone; who listens is muted. */
function attendance(as: Attendance): Record<string, string> {
  if (as.part === 'whisper') return { Coaching: 'true', CallSidToCoach: as.to, Muted: 'false' }
  return { Coaching: 'false', Muted: String(as.part === 'listen') }
}

/** Changes a party in a conference. One who has left, or whose conference is over, is gone: no error. */
async function change(
  { conferenceId, vendorLegId }: { conferenceId: string; vendorLegId: string },
  to: Record<string, string>,
  account: Account,
): Promise<CommandResult> {
  return unlessGone(() => account.updateParticipant(conferenceId, vendorLegId, to))
}

/** Recordings of a conference are made through one of its parties' calls; the current one is named by the vendor's alias. */
async function record(
  { callId, vendorLegId, to }: CallCommand & { do: 'record' },
  account: Account,
  { address }: Writing,
): Promise<CommandResult> {
  if (to === 'off') return unlessGone(() => account.updateRecording(vendorLegId, { Status: 'stopped' }))
  if (to === 'paused')
    return unlessGone(() => account.updateRecording(vendorLegId, { Status: 'paused', PauseBehavior: 'skip' }))
  return unlessGone(async () => {
    if (await account.resumeRecording(vendorLegId)) return
    await account.startRecording(vendorLegId, {
      RecordingStatusCallback: address('recording', { call: callId }),
      RecordingStatusCallbackMethod: 'POST',
      RecordingStatusCallbackEvent: 'completed absent',
      RecordingChannels: 'dual',
    })
  })
}

async function unlessGone(work: () => Promise<void>): Promise<CommandResult> {
  try {
    await work()
    return { outcome: 'done', vendorLegId: null }
  } catch (error) {
    if (error instanceof VendorError && goneCodes.has(error.vendorCode)) return { outcome: 'gone', vendorLegId: null }
    throw error
  }
}

async function dial(
  { callId, legId, to, from, timeoutSeconds, as = { part: 'talk' }, endOnExit = false }: CallCommand & { do: 'dial' },
  account: Account,
  { address, options }: Writing & { options: Options },
): Promise<CommandResult> {
  const who = new URLSearchParams({
    From: 'phone' in to ? (options.callerId ?? from) : from,
    To: addressee(to),
    Label: legId,
    Timeout: String(Math.min(Math.max(Math.round(timeoutSeconds), 5), 600)),
    EarlyMedia: 'true',
    Beep: 'false',
    StartConferenceOnEnter: 'true',
    EndConferenceOnExit: String(endOnExit),
    WaitUrl: options.musicUrl,
    WaitMethod: 'GET',
    StatusCallback: address('status', { call: callId, leg: legId }),
    StatusCallbackMethod: 'POST',
    ConferenceStatusCallback: address('conference', { call: callId }),
    ConferenceStatusCallbackMethod: 'POST',
    ...(as.part === 'talk' ? {} : attendance(as)),
  })
  for (const event of ['initiated', 'ringing', 'answered', 'completed']) who.append('StatusCallbackEvent', event)
  for (const event of conferenceEvents) who.append('ConferenceStatusCallbackEvent', event)
  return { outcome: 'done', vendorLegId: await account.addParticipant(callId, who) }
}

function addressee(to: Party): string {
  return 'client' in to ? `client:${to.client}` : to.phone
}

async function update(
  sid: string,
  change: Record<string, string>,
  idempotent: boolean,
  account: Account,
): Promise<CommandResult> {
  try {
    await account.updateCall(sid, change, idempotent)
    return { outcome: 'done', vendorLegId: null }
  } catch (error) {
    if (!(error instanceof VendorError) || !goneCodes.has(error.vendorCode)) throw error
    if (isOver(await callStatus(sid, account))) return { outcome: 'gone', vendorLegId: null }
    throw new VendorError(`${error.message}; the leg is not over, so it may be later`, {
      cause: error,
      retryable: true,
    })
  }
}
