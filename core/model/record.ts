import type { Money } from './money.ts'
import type { Person, PersonRole } from './person.ts'

/** What an order says to the person who answers the phone. */
export interface OrderFacts {
  number: string
  placedAt: string
  total: Money | null
  status: string
  /** Who sold it, by the name the source has. Default: not told. */
  soldBy?: string | null
}

/** What an appointment or a booking says to the person who answers the phone. */
export interface BookingFacts {
  title: string
  startsAt: string
  endsAt: string | null
  timeZone: string | null
  status: string
  with: string | null
  location: string | null
}

/** One row of a source: an order, a booking, an appointment, a contact. */
export type Record = RecordHead &
  (
    | { kind: 'order'; facts: OrderFacts }
    | { kind: 'booking' | 'appointment'; facts: BookingFacts }
    | { kind: 'contact'; facts: Readonly<globalThis.Record<string, unknown>> }
  )

export type RecordKind = Record['kind']

/** What every record has, whatever it is of. */
export interface RecordHead {
  /** The vendor's id, as text. */
  externalId: string
  /** The vendor's row version when it counts one, else null and `updatedAt` decides which of two is newer. */
  version: number | null
  updatedAt: Date
  /** When the vendor deleted it; null while it lives. */
  deletedAt: Date | null
  /** The people it names, each a candidate of their own. */
  people: Person[]
  /**
   * Roles the vendor did not show this time, though it may know who plays them: whoever we knew in these roles stays.
   * Default none: who is not named is gone.
   */
  hidden?: PersonRole[]
  /**
   * The vendor does not tell when its rows change: `updatedAt` is when we asked (before the request, so that a slow answer is never
   * newer than a later one), and seeing the same again is no change. Default false.
   */
  isObserved?: boolean
}

/** A vendor row that could not be read: kept with its error, counted, and tried again at the next full read. */
export interface Unreadable {
  externalId: string | null
  error: string
  row: unknown
}

/** Only says that something changed; the record is to be read from the vendor. */
export interface Hint {
  hint: string
}

/** The vendor tells us to forget people: what we hold of them from this source is erased for good, wherever it is. */
export interface Redaction {
  /** `all`: everything of this source. */
  redact: 'all' | { people: PersonKeys; externalIds: string[] }
  at: Date
}

/** How a vendor names people who are to be forgotten: any one that fits is enough. */
export interface PersonKeys {
  /** The vendor's ids of people. */
  externalIds: string[]
  emails: string[]
  phones: string[]
}

/** Something a person has to see to, such as a request for data or a connection that was cut. It becomes an alert. */
export interface Notice {
  /** The same for the same matter, so that it is told once. */
  notice: string
  /** What happened and what to do. */
  message: string
}

/** What one delivery of a source can say. */
export type SourceNews = Hint | Record | Redaction | Notice
