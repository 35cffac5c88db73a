import { turnOf, type OutboxInsert } from './outbox-rows.ts'

/** Rows of one subscriber that are carried together, in their order. */
export interface Parcel<Row> {
  /** The id of its first row. */
  id: string
  /** What is still to be carried. */
  rows: Row[]
}

/** Rows that one parcel holds at the most. */
export const parcelSize = 50

/**
 * Puts together what goes together: rows of one turn, and, of a subscriber for whom `isTogether`, those of different turns too. Rows of one turn
 * never go apart. @param rows in their order
 */
export function parcelsOf<Row extends OutboxInsert & { id: string }>(
  rows: readonly Row[],
  isTogether: (row: Row) => boolean,
): Parcel<Row>[] {
  const ofTurn = new Map<string, string>()
  const nameOf = (row: Row): string => {
    const name = isTogether(row) ? row.subscriber : row.key === '' ? row.id : turnOf(row)
    if (row.key === '') return name
    const known = ofTurn.get(turnOf(row)) ?? name
    ofTurn.set(turnOf(row), known)
    return known
  }
  return [...Map.groupBy(rows, nameOf).values()].map(rows => ({ id: rows[0]?.id ?? '', rows }))
}
