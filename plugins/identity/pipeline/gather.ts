import type { Candidate, StoredCandidate } from './candidate.ts'
import { step } from './step.ts'
import type { Before, Compared } from './made.ts'
import { keysOf, signatureOf, valuesOf, type Reading } from './reading.ts'

/**
 * Fetches everyone who is connected with the fresh candidates, or was with what they replace, and gives the fresh ones ids:
 * the person at one place of one record keeps theirs.
 */
export const gather = step({
  name: 'gather',
  needs: ['rows', 'fresh'],
  makes: ['candidates', 'before'],
  run: async ({ rows, fresh }, { neighbours, reading }) => {
    const { before, named } = await neighbours(fresh)
    const reread = new Set(rows.map(row => row.id))
    const kept = before.candidates.filter(candidate => !reread.has(candidate.recordId)).map(bare)
    const candidates = [...kept, ...named].sort(byRecord)
    return { before, candidates: candidates.map(candidate => compared(candidate, reading)) }
  },
})

/** As everybody is read when all are: where two of a couple say the same, it shows who of them is meant. */
function byRecord(a: Candidate, b: Candidate): number {
  if (a.recordId === b.recordId) return a.position - b.position
  return a.recordId < b.recordId ? -1 : 1
}

/** Adds what is compared of a candidate. */
export function compared(candidate: Candidate, reading: Reading): Compared {
  return comparing({ ...candidate }, reading)
}

/** Adds it to the candidate itself. */
export function comparing(candidate: Candidate, reading: Reading): Compared {
  const values = valuesOf(candidate, reading)
  const plainKeys = keysOf(candidate, values, reading)
  return Object.assign(candidate, { values, signature: signatureOf(values), plainKeys })
}

/** Nobody was stored before: for matching without a database. */
export const nobody: Before = {
  candidates: [],
  memberships: new Map(),
  profiles: new Map(),
  ...{ generic: [], relations: [], refusals: [], decisions: { apart: [], together: [] } },
}

function bare({ parkedBecause: _, keys: __, signature: ___, ...candidate }: StoredCandidate): Candidate {
  return candidate
}
