import { eitherNames } from './given-names-either.ts'
import { womensNames } from './given-names-f.ts'
import { mensNames } from './given-names-m.ts'
import { namesOfTable } from './nicknames.ts'

const women = namesIn(womensNames)
const men = namesIn(mensNames)
const listed: ReadonlySet<string> = new Set([...women, ...men, ...namesIn(eitherNames), ...namesOfTable()])

/**
 * Whether a folded name is a given name that people are known by, in any of many countries: those listed here and all of the
 * nickname table. "No" says little: no list is complete.
 */
export function isListedGivenName(folded: string): boolean {
  return listed.has(folded)
}

/** Whether a folded given name is clearly a woman's (`f`) or a man's (`m`); null for the others, and where countries differ. */
export function genderOf(folded: string): 'f' | 'm' | null {
  if (women.has(folded)) return 'f'
  return men.has(folded) ? 'm' : null
}

function namesIn(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/))
}
