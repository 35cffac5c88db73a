import {
  isId,
  VendorError,
  type CallSnapshot,
  type KnownCall,
  type LegId,
  type LegSnapshot,
  type LegStatus,
} from '@switchboard/core'
import type { Account, Participant } from './account.ts'
import { statusOf } from './receive.ts'

/**
 * A call as the vendor has it: who is in its conference or being dialled into it, found by the conference's name, and the legs we know
 * that are not there, one by one. A leg that was dialled without our learning its id is found by its label.
 */
export async function inspect({ callId, legs, recordedVia }: KnownCall, account: Account): Promise<CallSnapshot> {
  const conferences = await account.liveConferences(callId)
  const parties = async (sid: string): Promise<LegSnapshot[]> =>
    (await account.participants(sid)).map(participant => snapshotOf(participant, legs, sid))
  const found = (await Promise.all(conferences.map(parties))).flat()
  const listed = new Set(found.map(leg => leg.vendorId))
  const others = legs.flatMap(({ legId, vendorId }) => (vendorId && !listed.has(vendorId) ? [{ legId, vendorId }] : []))
  const [rest, recorded] = await Promise.all([
    Promise.all(others.map(leg => fetched(leg, account))),
    recordedVia === undefined ? undefined : recordingOf(recordedVia, account),
  ])
  return { legs: [...found, ...rest], ...(recorded && { recorded }) }
}

/** Whether a leg is being recorded. Twilio keeps the recordings of a leg it has forgotten, and those are over. */
async function recordingOf(sid: string, account: Account): Promise<CallSnapshot['recorded']> {
  const words = await account.recordingsOf(sid)
  if (words.includes('in-progress')) return 'on'
  return words.includes('paused') ? 'paused' : 'off'
}

function snapshotOf(participant: Participant, legs: KnownCall['legs'], conferenceId: string): LegSnapshot {
  const { call_sid: vendorId, label, status } = participant
  const known = legs.find(leg => leg.vendorId === vendorId)?.legId
  const labelled = label && isId(label) ? (label as LegId) : null
  return {
    ...{ vendorId, legId: known ?? labelled, status: participantStatus(status), inConference: status === 'connected' },
    conferenceId,
    ...settingsOf(participant),
  }
}

/** How somebody takes part, as far as the vendor tells. */
function settingsOf({
  hold,
  muted,
  end_conference_on_exit: endsOnExit,
  coaching,
  call_sid_to_coach: coached,
}: Participant): Pick<LegSnapshot, 'isHeld' | 'isMuted' | 'endsOnExit' | 'whispersTo'> {
  return {
    ...(typeof hold === 'boolean' && { isHeld: hold }),
    ...(typeof muted === 'boolean' && { isMuted: muted }),
    ...(typeof endsOnExit === 'boolean' && { endsOnExit }),
    ...(typeof coaching === 'boolean' && { whispersTo: coaching ? (coached ?? null) : null }),
  }
}

async function fetched(
  { legId, vendorId }: { legId: LegId; vendorId: string },
  account: Account,
): Promise<LegSnapshot> {
  return { vendorId, legId, status: await callStatus(vendorId, account), inConference: false }
}

/** A leg's status at the vendor. A leg it has never heard of, or has forgotten, is over. A word we do not know is a leg that lives: nobody is hung up for it. */
export async function callStatus(sid: string, account: Account): Promise<LegStatus> {
  try {
    return statusOf((await account.call(sid)).status) ?? 'in-progress'
  } catch (error) {
    if (error instanceof VendorError && error.vendorCode === '20404') return 'completed'
    throw error
  }
}

const participantStatuses: ReadonlyMap<string, LegStatus> = new Map([
  ['queued', 'queued'],
  ['connecting', 'queued'],
  ['ringing', 'ringing'],
  ['connected', 'in-progress'],
  ['complete', 'completed'],
  ['failed', 'failed'],
])

function participantStatus(word: string): LegStatus {
  return participantStatuses.get(word) ?? 'in-progress'
}
