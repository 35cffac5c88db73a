import { after, day, type MessageEvent, type MessagePage, type Unreadable } from '@switchboard/core'
import type { Listed, MessageLists, Span } from './message-lists.ts'
import type { Options } from './options.ts'
import { cursorOf, isNews, listedUpTo, passed, placeOf, type Item, type Place } from './place.ts'
import { eventsOf, hasFiles } from './read-message.ts'

/** What messages are read with. */
export interface Reading {
  lists: MessageLists
  options: Pick<Options, 'historyDays' | 'pageSize'>
  now(): Date
}

/**
 * What happened to messages since the cursor, oldest first. The vendor lists the newest first, so a span of time is listed whole before its
 * first page is given: long ago by the week, and the last two weeks at once. What came in meanwhile is read at the end.
 */
export async function* changes(cursor: string | null, { lists, options, now }: Reading): AsyncIterable<MessagePage> {
  let place = placeOf(cursor, after(now(), -options.historyDays * day))
  for (;;) {
    const span = spanFrom(place.from, now())
    const news = newsIn(await lists.within(span), place)
    for (let start = 0; start < news.length; start += options.pageSize) {
      const items = news.slice(start, start + options.pageSize)
      place = beyond(passed(place, items), span, start + options.pageSize >= news.length)
      yield { ...(await pageOf(items, lists)), cursor: cursorOf(place) }
    }
    if (span.until === null && news.length === 0) return
    if (span.until !== null) place = beyond(place, span, true)
  }
}

const weekMs = 7 * day

/** The next span to list: a week, and all that is left once that is no more than two. */
function spanFrom(from: Date, now: Date): Span {
  const isLast = now.getTime() - from.getTime() <= 2 * weekMs
  return { from, until: isLast ? null : after(from, weekMs) }
}

/** The place after a page. Late news of one week hide nothing of what the next has to tell. */
function beyond(place: Place, { until }: Span, isLast: boolean): Place {
  if (until === null) return isLast ? listedUpTo(place) : place
  const since = place.since < until ? place.since : until
  return { ...place, since, from: isLast ? until : place.from }
}

/** Something to tell: an event, perhaps with the files of a message to be added; or a row that cannot be read. */
interface News extends Item {
  what: { event: MessageEvent; filesOf: string | null } | { row: Unreadable }
}

/**
 * What was not told yet, in the order of its time, and as it was listed within a second. A row that cannot be read has no time and comes
 * last; as it stays in the list for a day, it may be told again after an hour.
 */
function newsIn({ rows, unreadable }: Listed, place: Place): News[] {
  const events = rows.toReversed().flatMap(row =>
    eventsOf(row).map((event): News => {
      const filesOf = event.type === 'message' && hasFiles(row) ? row.sid : null
      return { id: event.eventId, at: event.at, what: { event, filesOf } }
    }),
  )
  const sorted = events.toSorted((one, other) => one.at.getTime() - other.at.getTime())
  const last = sorted.at(-1)?.at ?? place.since
  const at = last > place.since ? last : place.since
  const spoiled = unreadable.map((row): News => ({ id: `${row.externalId}:spoiled`, at, what: { row } }))
  return [...sorted, ...spoiled].filter(item => isNews(place, item))
}

async function pageOf(news: readonly News[], lists: MessageLists): Promise<Omit<MessagePage, 'cursor'>> {
  const unreadable = news.flatMap(({ what }) => ('row' in what ? [what.row] : []))
  const told = news.flatMap(({ what }) => ('event' in what ? [what] : []))
  const events = await Promise.all(
    told.map(({ event, filesOf }) => (filesOf ? withFiles(event, filesOf, lists) : event)),
  )
  return { events, unreadable }
}

async function withFiles(event: MessageEvent, sid: string, lists: MessageLists): Promise<MessageEvent> {
  if (event.type !== 'message') return event
  const media = (await lists.media(sid)).map(file => ({ ...file, name: null }))
  return { ...event, message: { ...event.message, media } }
}
