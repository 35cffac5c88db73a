import { createHash } from 'node:crypto'
import { after, day, hour, z } from '@switchboard/core'

/** How far a reading of messages has come. */
export interface Place {
  /** Messages are listed from here on: a day back, for a message may change long after it was made. */
  from: Date
  /** Of what they say, what is older than this was told. */
  since: Date
  /** What was told of the time after that, by its mark. */
  told: ReadonlyMap<string, Date>
}

/** A thing that is told once. */
export interface Item {
  id: string
  at: Date
}

/** The vendor's list may lag: what is so late is still told. */
const lagMs = 1 * hour
/** No cursor is longer than so many marks: in busy hours the lag that is allowed for is shorter. */
const maxMarks = 400

const Cursor = z.object({ from: z.iso.datetime(), since: z.iso.datetime(), told: z.record(z.string(), z.number()) })

/** Where to begin: at the cursor; or so many days ago for none, and for one that is not ours. */
export function placeOf(cursor: string | null, start: Date): Place {
  const read = Cursor.safeParse(parsed(cursor))
  if (!read.success) return { from: start, since: start, told: new Map() }
  const { from, since, told } = read.data
  return {
    from: new Date(from),
    since: new Date(since),
    told: new Map(Object.entries(told).map(([mark, seconds]) => [mark, after(new Date(since), seconds * 1000)])),
  }
}

/** Whether something is yet to be told. */
export function isNews({ since, told }: Place, { id, at }: Item): boolean {
  return at >= since && !told.has(markOf(id))
}

/** The place after these, which are in the order of their times, were told. */
export function passed(place: Place, items: readonly Item[]): Place {
  const told = new Map(place.told)
  for (const { id, at } of items) told.set(markOf(id), at)
  const last = items.at(-1)?.at
  return { ...place, since: last ? later(place.since, after(last, -lagMs)) : place.since, told }
}

/** The same place when all that is listed from there was told: the next listing begins a day before the last of it. */
export function listedUpTo(place: Place): Place {
  const last = [...place.told.values()].reduce(later, place.from)
  return { ...place, from: later(place.from, after(last, -day)) }
}

/** The cursor of a place. */
export function cursorOf({ from, since, told }: Place): string {
  const recent = [...told]
    .filter(([, at]) => at >= since)
    .toSorted(([, one], [, other]) => one.getTime() - other.getTime())
  const kept = recent.slice(-maxMarks)
  const [, floor] = (recent.length > kept.length && kept[0]) || ['', since]
  const marks = kept.map(([mark, at]) => [mark, (at.getTime() - floor.getTime()) / 1000])
  return JSON.stringify({ from: from.toISOString(), since: floor.toISOString(), told: Object.fromEntries(marks) })
}

function markOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 8)
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

function parsed(cursor: string | null): unknown {
  try {
    return JSON.parse(cursor ?? 'null')
  } catch {
    return null
  }
}
