import { step } from './step.ts'
import type { RawCandidate, SourceRow } from './made.ts'

/** Takes records apart into the people they name. A deleted record names nobody. */
export const ingest = step({
  name: 'ingest',
  needs: ['rows'],
  makes: ['raw'],
  run: ({ rows }) => ({ raw: rows.filter(row => row.deletedAt === null).flatMap(peopleOf) }),
})

/** The people that a record names. */
export function peopleOf({ id, source, kind, updatedAt, happenedAt, people }: SourceRow): RawCandidate[] {
  const at = happenedAt === null ? updatedAt : new Date(happenedAt)
  const common = { recordId: id, source, kind, updatedAt, happenedAt: Number.isNaN(at.getTime()) ? updatedAt : at }
  return people.map((person, position) => ({ ...common, position, person }))
}
