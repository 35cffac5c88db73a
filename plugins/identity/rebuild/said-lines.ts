import type { StoredCandidate } from '../pipeline/candidate.ts'
import { candidateSheet } from '../sheets.ts'
import { saidColumns, withoutExtras } from './content.ts'
import { chunked, escaped } from './copy-lines.ts'
import type { Said } from './snapshot.ts'

/** The columns of candidates as {@link saidLinesOf} writes them. */
export const saidSheet = {
  ...candidateSheet,
  columns: Object.fromEntries(
    ['id', 'record_id', 'position', ...saidColumns, 'extras', 'signature', 'parked_because'].map(name => [name, true]),
  ),
}

/** The lines of a COPY of candidates: what they say is a line already. */
export function saidLinesOf(candidates: readonly (StoredCandidate & Said)[]): Generator<string> {
  return chunked(candidates, ({ id, recordId, position, said, extras, signature, parkedBecause }) => {
    const where = `${id}\t${recordId}\t${position}\t${withoutExtras(said)}`
    const read = said.endsWith('\t\\N') ? '{}' : escaped(JSON.stringify(extras))
    return `${where}\t${read}\t${signature}\t${parkedBecause === null ? '\\N' : escaped(parkedBecause)}\n`
  })
}
