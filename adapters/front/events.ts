import { day, messageOf, minute, z, type MessageEvent, type MessagePage, type Unreadable } from '@switchboard/core'
import { addressOf, pagesFrom, type Account } from './account.ts'
import { toEvent } from './event.ts'
import { eventShape, idOf } from './shape.ts'

/** More than Front gives in a page. */
const pageLimit = '15'
/** So many events of the overlap are remembered; more than that are told again, which does no harm. */
const memory = 1000

/** How far a read has come: the time of the last event, which of those in the overlap before it were told, and the link to the next page. */
const placeShape = z.object({
  emittedAt: z.number(),
  seen: z.array(z.tuple([z.string(), z.number()])),
  next: z.string().nullable(),
})

type Place = z.output<typeof placeShape>

/**
 * Everything that happened since the cursor, oldest first. Front lists events by time and may show one late, so each read begins some
 * minutes before the last it saw and leaves out what was told. Every page has a cursor: a read that was cut short goes on at its link.
 */
export async function* readEvents(account: Account, cursor: string | null): AsyncIterable<MessagePage> {
  let place = cursor === null ? nowhere : placeOf(cursor)
  for await (const { rows, next } of pagesFrom(account, firstAddress(account, place), place.next)) {
    const told = new Set(place.seen.map(([id]) => id))
    const fresh = rows.filter(row => !told.has(idOf(row) ?? ''))
    place = { ...moved(place, fresh, account.overlapMinutes * minute), next }
    if (fresh.length > 0 || next !== null) yield { ...readRows(fresh), cursor: JSON.stringify(place) }
  }
}

/** Before the first event. */
const nowhere: Place = { emittedAt: 0, seen: [], next: null }

/** @throws z.ZodError for a cursor that is not ours */
function placeOf(cursor: string): Place {
  return placeShape.parse(JSON.parse(cursor))
}

function firstAddress(account: Account, { emittedAt }: Place): string {
  const { overlapMinutes, historyDays, kit } = account
  const oldest = historyDays === undefined ? null : kit.now().getTime() - historyDays * day
  const since = emittedAt > 0 ? emittedAt - overlapMinutes * minute : oldest
  return eventsAddress(account, { since, inboxes: account.inboxes })
}

/** Which events are listed; what is left out means all. */
interface Wanted {
  /** In milliseconds. */
  since: number | null
  types?: string[]
  inboxes?: string[]
}

/** Where events are listed, oldest first. */
export function eventsAddress(account: Account, { since, types = [], inboxes = [] }: Wanted): string {
  const query: [string, string][] = [
    ['limit', pageLimit],
    ['sort_by', 'created_at'],
    ['sort_order', 'asc'],
    ...inboxes.map((inbox): [string, string] => ['q[inboxes]', inbox]),
    ...types.map((type): [string, string] => ['q[types]', type]),
  ]
  if (since !== null && since > 0) query.push(['q[after]', (since / 1000).toFixed(3)])
  return addressOf(account, '/events', query)
}

function moved(place: Place, rows: readonly unknown[], overlapMs: number): Omit<Place, 'next'> {
  const fresh = rows.flatMap(row => {
    const { id, emitted_at: at } = eventShape.safeParse(row).data ?? {}
    return id && at ? [[id, at.getTime()] as [string, number]] : []
  })
  const emittedAt = fresh.reduce((last, [, at]) => Math.max(last, at), place.emittedAt)
  const seen = [...place.seen, ...fresh].filter(([, at]) => at >= emittedAt - overlapMs)
  return { emittedAt, seen: seen.slice(-memory) }
}

function readRows(rows: readonly unknown[]): { events: MessageEvent[]; unreadable: Unreadable[] } {
  const events: MessageEvent[] = []
  const unreadable: Unreadable[] = []
  for (const row of rows) {
    try {
      events.push(toEvent(row))
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
      unreadable.push({ externalId: idOf(row), error: why, row })
    }
  }
  return { events, unreadable }
}
