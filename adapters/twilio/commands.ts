import { isOver, VendorError, type CallCommand, type CommandResult, type Party } from '@switchboard/core'
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
  }
}

async function dial(
  { callId, legId, to, from, timeoutSeconds }: CallCommand & { do: 'dial' },
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
    // Two may pick up at once; the one let go again must not end the conference for the caller.
    EndConferenceOnExit: 'false',
    WaitUrl: options.musicUrl,
    WaitMethod: 'GET',
    StatusCallback: address('status', { call: callId, leg: legId }),
    StatusCallbackMethod: 'POST',
    ConferenceStatusCallback: address('conference', { call: callId }),
    ConferenceStatusCallbackMethod: 'POST',
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
