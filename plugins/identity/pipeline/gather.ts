import { newId } from '@switchboard/core'
import { step } from './step.ts'
import type { Before, Made } from './made.ts'

/**
 * Fetches everyone who is connected with the fresh candidates, or was with what they replace, and gives the fresh ones ids:
 * the person at one place of one record keeps theirs.
 */
export const gather = step({
  name: 'gather',
  needs: ['rows', 'fresh'],
  makes: ['candidates', 'before'],
  run: async ({ rows, fresh }, { neighbours }) => {
    const before = await neighbours(fresh)
    const reread = new Set(rows.map(row => row.id))
    const stored = new Map(before.candidates.map(candidate => [placeOf(candidate), candidate.id]))
    const kept = before.candidates.filter(candidate => !reread.has(candidate.recordId))
    return {
      before,
      candidates: [
        ...kept,
        ...fresh.map(candidate => ({ id: stored.get(placeOf(candidate)) ?? newId(), ...candidate })),
      ],
    }
  },
})

/** Nobody was stored before: for matching without a database. */
export async function nobody(): Promise<Before> {
  return { candidates: [], memberships: new Map(), profiles: new Map() }
}

function placeOf({ recordId, position }: Made['fresh'][number]): string {
  return `${recordId}:${position}`
}
