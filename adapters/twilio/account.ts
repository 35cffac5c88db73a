import { VendorError, z, type Http, type HttpRequest } from '@switchboard/core'
import type { Options } from './options.ts'

/** The REST API of one account, as far as it is used. Each throws VendorError. */
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
  numbers(): Promise<string[]>
}

/** One party in a conference. */
export type Participant = z.output<typeof Participant>

const Participant = z.object({ call_sid: z.string(), label: z.string().nullish(), status: z.string() })
const Call = z.object({ sid: z.string(), status: z.string() })
const NewParticipant = z.object({ call_sid: z.string() })
const paged = { next_page_uri: z.string().nullish() }
const Conferences = z.object({ conferences: z.array(z.object({ sid: z.string(), status: z.string() })), ...paged })
const Participants = z.object({ participants: z.array(Participant), ...paged })
const Numbers = z.object({ incoming_phone_numbers: z.array(z.object({ phone_number: z.string() })), ...paged })

/** The account's resources through the kit's http; see https://www.twilio.com/docs/voice/api. */
export function accountOf({ url, accountSid, authTokens }: Options, http: Http): Account {
  const root = `/2010-04-01/Accounts/${accountSid}`
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authTokens[0]}`).toString('base64')}`
  const ask = <T>(path: string, schema: z.ZodType<T>, request: Partial<HttpRequest> = {}): Promise<T> =>
    http.json({ url: new URL(path, url), headers: { authorization }, ...request }, schema).catch(rethrow)

  /** Every page of a list. The next page's address is relative, and stays on our host whatever it says. */
  async function all<Page extends { next_page_uri?: string | null }, Row>(
    path: string,
    schema: z.ZodType<Page>,
    rowsOf: (page: Page) => Row[],
  ): Promise<Row[]> {
    const rows: Row[] = []
    for (let next: string | null = path; next !== null;) {
      const page: Page = await ask(next, schema)
      rows.push(...rowsOf(page))
      next = page.next_page_uri ? pathOf(page.next_page_uri, url) : null
    }
    return rows
  }

  return {
    call: sid => ask(`${root}/Calls/${encodeURIComponent(sid)}.json`, Call),
    async updateCall(sid, change, idempotent) {
      const path = `${root}/Calls/${encodeURIComponent(sid)}.json`
      await ask(path, Call, { method: 'POST', body: new URLSearchParams(change), idempotent })
    },
    async addParticipant(name, who) {
      const path = `${root}/Conferences/${encodeURIComponent(name)}/Participants.json`
      return (await ask(path, NewParticipant, { method: 'POST', body: who })).call_sid
    },
    async liveConferences(name) {
      const path = `${root}/Conferences.json?${new URLSearchParams({ FriendlyName: name, PageSize: '50' })}`
      const rows = await all(path, Conferences, page => page.conferences)
      return rows.filter(({ status }) => status !== 'completed').map(({ sid }) => sid)
    },
    participants: sid =>
      all(`${root}/Conferences/${sid}/Participants.json?PageSize=50`, Participants, page => page.participants),
    async numbers() {
      const rows = await all(
        `${root}/IncomingPhoneNumbers.json?PageSize=100`,
        Numbers,
        page => page.incoming_phone_numbers,
      )
      return rows.map(({ phone_number }) => phone_number)
    },
  }
}

function pathOf(address: string, base: string): string {
  const { pathname, search } = new URL(address, base)
  return pathname + search
}

/** Twilio answers 412 while another change of the same thing is under way: to be tried again, which is not what 412 means elsewhere. */
function rethrow(error: unknown): never {
  if (!(error instanceof VendorError) || error.vendorStatus !== 412) throw error
  const { vendorStatus, vendorCode, retryAfterMs } = error
  throw new VendorError(error.message, { cause: error, retryable: true, vendorStatus, vendorCode, retryAfterMs })
}
