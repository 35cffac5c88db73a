import { minute, z, type Page, type Person, type Record, type Unreadable } from '@switchboard/core'
import { addressOf, pagesFrom, type Account } from './account.ts'
import { contactShape, idOf, type FrontContact } from './shape.ts'

/** How far a read has come: the time of the last change, and the link to the next page. */
const placeShape = z.object({ updatedAt: z.iso.datetime().nullable(), next: z.string().nullable() })

type Place = z.output<typeof placeShape>

/**
 * Contacts changed since the cursor, oldest change first. Each read begins some minutes before the last change seen; one that was cut
 * short goes on at the link to its next page. Rows without a time count as seen when this read began, and then so does the end of the
 * read. Front does not tell of deleted contacts.
 */
export async function* changedContacts(account: Account, cursor: string | null): AsyncIterable<Page> {
  const beganAt = account.kit.now()
  let place = cursor === null ? nowhere : placeShape.parse(JSON.parse(cursor))
  for await (const { rows, next } of pagesFrom(account, firstAddress(account, place), place.next)) {
    const { records, unreadable, dated, isUndated } = readRows(rows, beganAt)
    const times = next === null && isUndated ? [...dated, beganAt] : dated
    place = { updatedAt: later(place.updatedAt, times), next }
    if (rows.length > 0 || next !== null) yield { records, unreadable, cursor: JSON.stringify(place) }
  }
}

/** The cursor of a read that begins with what changed at a time. */
export function contactsAt(time: Date): string {
  return JSON.stringify({ updatedAt: time.toISOString(), next: null } satisfies Place)
}

/** Before the first change. */
const nowhere: Place = { updatedAt: null, next: null }

function firstAddress(account: Account, { updatedAt }: Place): string {
  const query: [string, string][] = [
    ['limit', String(account.pageSize)],
    ['sort_by', 'updated_at'],
    ['sort_order', 'asc'],
  ]
  const since = updatedAt === null ? 0 : new Date(updatedAt).getTime() - account.overlapMinutes * minute
  if (since > 0) query.push(['q[updated_after]', (since / 1000).toFixed(3)])
  return addressOf(account, '/contacts', query)
}

interface Rows {
  records: Record[]
  unreadable: Unreadable[]
  /** Their times of change, where told. */
  dated: Date[]
  isUndated: boolean
}

function readRows(rows: readonly unknown[], askedAt: Date): Rows {
  const read: Rows = { records: [], unreadable: [], dated: [], isUndated: false }
  for (const row of rows) {
    const { data, error } = contactShape.safeParse(row)
    if (data) {
      read.records.push(toRecord(data, askedAt))
      if (data.updated_at) read.dated.push(data.updated_at)
      else read.isUndated = true
    } else read.unreadable.push({ externalId: idOf(row), error: z.prettifyError(error), row })
  }
  return read
}

function later(iso: string | null, times: readonly Date[]): string | null {
  return times.reduce((last, at) => (last && new Date(last) >= at ? last : at.toISOString()), iso)
}

/** The contact in the hub's words: one person, whose further emails and handles are among the facts. */
function toRecord(contact: FrontContact, askedAt: Date): Record {
  const { id, handles, groups, lists, links, updated_at: updatedAt } = contact
  return {
    kind: 'contact',
    externalId: id,
    version: null,
    updatedAt: updatedAt ?? askedAt,
    deletedAt: null,
    people: [personOf(contact)],
    ...(updatedAt ? {} : { isObserved: true }),
    facts: {
      handles: handles.map(({ handle, source }) => ({ handle, source })),
      groups: [...new Set([...groups, ...lists].map(({ id, name }) => name ?? id))],
      links: links.flat().filter(link => typeof link === 'string'),
      note: contact.description,
      isPrivate: contact.is_private ?? false,
      customFields: contact.custom_fields ?? {},
    },
  }
}

function personOf({ id, name, handles }: FrontContact): Person {
  const of = (source: string): string[] => handles.filter(one => one.source === source).map(({ handle }) => handle)
  return { role: 'contact', externalId: id, name, email: of('email')[0] ?? null, phones: of('phone') }
}
