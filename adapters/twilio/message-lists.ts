import { day, z, type Unreadable } from '@switchboard/core'
import { MessageRow } from './message.ts'
import type { Rest } from './rest.ts'

/** The account's messages, which Twilio lists with the newest first. Each throws VendorError. */
export interface MessageLists {
  /** Those that can be read, made at or after `from`, and some older ones. */
  since(filter: Filter, from: Date): Promise<MessageRow[]>
  /** All made or sent in a span of time, each once; `until` null: up to now. */
  within(span: Span): Promise<Listed>
  /** The files of a message. */
  media(sid: string): Promise<{ url: string; contentType: string }[]>
}

/** From `from` to before `until`. */
export interface Span {
  from: Date
  until: Date | null
}

/** Rows of a span, with those that could not be read. */
export interface Listed {
  rows: MessageRow[]
  unreadable: Unreadable[]
}

type Filter = Readonly<Record<string, string>>

const MessagePage = z.object({ messages: z.array(z.unknown()), next_page_uri: z.string().nullish() })
const MediaPage = z.object({
  media_list: z.array(z.object({ content_type: z.string(), uri: z.string() })),
  next_page_uri: z.string().nullish(),
})

/** See https://www.twilio.com/docs/messaging/api/message-resource. `url` is where files are. */
export function messageListsOf(rest: Rest, { url, pageSize }: { url: string; pageSize: number }): MessageLists {
  /** Reads on until a whole page is a day older than `from`: rows are ordered nearly by when they were made. */
  async function listed(filter: Filter, from: Date): Promise<Listed> {
    const found: Listed = { rows: [], unreadable: [] }
    const query = new URLSearchParams({ ...filter, PageSize: String(pageSize) })
    for await (const { messages } of rest.pages(`/Messages.json?${query}`, MessagePage)) {
      const page = read(messages)
      found.rows.push(...page.rows)
      found.unreadable.push(...page.unreadable)
      const isPast = page.rows.length > 0 && page.rows.every(row => row.date_created.getTime() < from.getTime() - day)
      if (isPast) break
    }
    return found
  }

  return {
    since: async (filter, from) => (await listed(filter, from)).rows,
    async within({ from, until }) {
      const days: Filter = until === null ? {} : { 'DateSent>': dayOf(from), 'DateSent<': dayOf(until) }
      const { rows, unreadable } = await listed(days, from)
      const isIn = (at: Date): boolean => at >= from && (until === null || at < until)
      return { rows: eachOnce(rows.filter(row => isIn(row.date_sent ?? row.date_created))), unreadable }
    },
    media: async sid =>
      (await rest.all(`/Messages/${encodeURIComponent(sid)}/Media.json`, MediaPage, page => page.media_list)).map(
        file => ({ url: new URL(file.uri.replace(/\.json$/, ''), url).href, contentType: file.content_type }),
      ),
  }
}

function read(messages: readonly unknown[]): Listed {
  const listed: Listed = { rows: [], unreadable: [] }
  for (const row of messages) {
    const parsed = MessageRow.safeParse(row)
    if (parsed.success) listed.rows.push(parsed.data)
    else listed.unreadable.push({ externalId: sidIn(row), error: z.prettifyError(parsed.error), row })
  }
  return listed
}

function sidIn(row: unknown): string | null {
  const sid: unknown = Reflect.get(Object(row), 'sid')
  return typeof sid === 'string' ? sid : null
}

/** Rows that came in while we read push others onto the next page, where they are listed again. */
function eachOnce(rows: readonly MessageRow[]): MessageRow[] {
  return [...new Map(rows.map(row => [row.sid, row])).values()]
}

/** By the day is as fine as the vendor filters. */
function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}
