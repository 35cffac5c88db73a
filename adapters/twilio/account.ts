import { z } from '@switchboard/core'
import type { Rest } from './rest.ts'

/** Calls and conferences of the account, as far as they are used. Each throws VendorError. */
export interface Account {
  call(sid: string): Promise<{ status: string }>
  /** `idempotent`: whether doing it twice does no harm. */
  updateCall(sid: string, change: Record<string, string>, idempotent: boolean): Promise<void>
  /** Dials somebody into the conference of this name, which is made when there is none. @returns the new leg's SID */
  addParticipant(conferenceName: string, who: URLSearchParams): Promise<string>
  /** SIDs of the conferences of this name that are not over. */
  liveConferences(name: string): Promise<string[]>
  /** Who is in a conference or being dialled into it. Those who left are not listed. */
  participants(conferenceSid: string): Promise<Participant[]>
}

/** One party in a conference. */
export type Participant = z.output<typeof Participant>

const Participant = z.object({ call_sid: z.string(), label: z.string().nullish(), status: z.string() })
const Call = z.object({ sid: z.string(), status: z.string() })
const NewParticipant = z.object({ call_sid: z.string() })
const paged = { next_page_uri: z.string().nullish() }
const Conferences = z.object({ conferences: z.array(z.object({ sid: z.string(), status: z.string() })), ...paged })
const Participants = z.object({ participants: z.array(Participant), ...paged })

/** See https://www.twilio.com/docs/voice/api. */
export function accountOf({ ask, all }: Rest): Account {
  return {
    call: sid => ask(`/Calls/${encodeURIComponent(sid)}.json`, Call),
    async updateCall(sid, change, idempotent) {
      const path = `/Calls/${encodeURIComponent(sid)}.json`
      await ask(path, Call, { method: 'POST', body: new URLSearchParams(change), idempotent })
    },
    async addParticipant(name, who) {
      const path = `/Conferences/${encodeURIComponent(name)}/Participants.json`
      return (await ask(path, NewParticipant, { method: 'POST', body: who })).call_sid
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
