import { eitherNames } from './given-names-either.ts'
import { womensNames } from './given-names-f.ts'
import { mensNames } from './given-names-m.ts'
import { namesOfTable } from './nicknames.ts'

const lists = [womensNames, mensNames, eitherNames].map(namesIn)
const listed: ReadonlySet<string> = new Set([...lists.flat(), ...namesOfTable()])

/**
 * Whether a folded name is a given name that people are known by, in any of many countries: those listed here and all of the
 * nickname table. "No" says little: no list is complete.
 */
export function isListedGivenName(folded: string): boolean {
  return listed.has(folded)
}

function namesIn(list: string): string[] {
  return list.trim().split(/\s+/)
}
