import { VendorError, z } from '@switchboard/core'
import type { Rest } from './rest.ts'

/** Calls and conferences of the account, as far as they are used. Each throws VendorError. */
export interface Account {
  call(sid: string): Promise<{ status: string }>
  /** `idempotent`: whether doing it twice does no harm. */
  updateCall(sid: string, change: Record<string, string>, idempotent: boolean): Promise<void>
  /** Dials somebody into the conference of this name, which is made when there is none. @returns the new leg's SID */
  addParticipant(conferenceName: string, who: URLSearchParams): Promise<string>
  /** Changes a party in a conference; doing it twice does no harm. */
  updateParticipant(conferenceSid: string, callSid: string, change: Record<string, string>): Promise<void>
  /** Records a call, and with it the conference it is in. */
  startRecording(callSid: string, how: Record<string, string>): Promise<void>
  /** Goes on with the recording of a call that was paused. @returns false when there is none */
  resumeRecording(callSid: string): Promise<boolean>
  /** Changes the recording of a call that is under way; without one it does nothing. */
  updateRecording(callSid: string, change: Record<string, string>): Promise<void>
  /** The status of each recording of a call. */
  recordingsOf(callSid: string): Promise<string[]>
  /** SIDs of the conferences of this name that are not over. */
  liveConferences(name: string): Promise<string[]>
  /** Who is in a conference or being dialled into it. Those who left are not listed. */
  participants(conferenceSid: string): Promise<Participant[]>
}

/** One party in a conference. */
export type Participant = z.output<typeof Participant>

const Participant = z.object({
  call_sid: z.string(),
  label: z.string().nullish(),
  status: z.string(),
  hold: z.boolean().nullish(),
  muted: z.boolean().nullish(),
  coaching: z.boolean().nullish(),
  end_conference_on_exit: z.boolean().nullish(),
  call_sid_to_coach: z.string().nullish(),
})
const Call = z.object({ sid: z.string(), status: z.string() })
const NewParticipant = z.object({ call_sid: z.string() })
const Recording = z.object({ sid: z.string() })
const paged = { next_page_uri: z.string().nullish() }
const Recordings = z.object({ recordings: z.array(z.object({ status: z.string() })), ...paged })
const Conferences = z.object({ conferences: z.array(z.object({ sid: z.string(), status: z.string() })), ...paged })
const Participants = z.object({ participants: z.array(Participant), ...paged })

/** Somebody is on the line: what was not answered by then, in milliseconds, is looked at and asked for anew. */
const timeoutMs = 3_000
/**
 * The same of what must not be done twice. It may be turned away (429) and be asked for once more within this time, and that try is to have all
 * of its own: one that is given up early may still be carried out, after the vendor was looked at.
 */
const onceMs = 2 * timeoutMs

/** See https://www.twilio.com/docs/voice/api. */
export function accountOf({ ask, all }: Rest): Account {
  /** The vendor calls the recording that is under way `Twilio.CURRENT`. */
  const currentRecording = async (sid: string, change: Record<string, string>): Promise<boolean> => {
    const path = `/Calls/${encodeURIComponent(sid)}/Recordings/Twilio.CURRENT.json`
    try {
      await ask(path, Recording, { method: 'POST', body: new URLSearchParams(change), idempotent: true })
      return true
    } catch (error) {
      if (error instanceof VendorError && error.vendorCode === '20404') return false
      throw error
    }
  }
  return {
    call: sid => ask(`/Calls/${encodeURIComponent(sid)}.json`, Call),
    async updateCall(sid, change, idempotent) {
      const path = `/Calls/${encodeURIComponent(sid)}.json`
      const patience = { idempotent, timeoutMs: idempotent ? timeoutMs : onceMs }
      await ask(path, Call, { method: 'POST', body: new URLSearchParams(change), ...patience })
    },
    async addParticipant(name, who) {
      const path = `/Conferences/${encodeURIComponent(name)}/Participants.json`
      return (await ask(path, NewParticipant, { method: 'POST', body: who })).call_sid
    },
    async updateParticipant(conference, sid, change) {
      const path = `/Conferences/${encodeURIComponent(conference)}/Participants/${encodeURIComponent(sid)}.json`
      await ask(path, z.object({}), { method: 'POST', body: new URLSearchParams(change), idempotent: true, timeoutMs })
    },
    async startRecording(sid, how) {
      const path = `/Calls/${encodeURIComponent(sid)}/Recordings.json`
      await ask(path, Recording, { method: 'POST', body: new URLSearchParams(how) })
    },
    resumeRecording: sid => currentRecording(sid, { Status: 'in-progress' }),
    async updateRecording(sid, change) {
      await currentRecording(sid, change)
    },
    async recordingsOf(sid) {
      const path = `/Calls/${encodeURIComponent(sid)}/Recordings.json?PageSize=50`
      return (await all(path, Recordings, page => page.recordings)).map(({ status }) => status)
    },
    async liveConferences(name) {
      const path = `/Conferences.json?${new URLSearchParams({ FriendlyName: name, PageSize: '50' })}`
      const rows = await all(path, Conferences, page => page.conferences)
      return rows.filter(({ status }) => status !== 'completed').map(({ sid }) => sid)
    },
    participants: sid =>
      all(`/Conferences/${sid}/Participants.json?PageSize=50`, Participants, page => page.participants),
  }
}
