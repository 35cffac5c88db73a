import type { Comparator, Population, Table } from '@switchboard/core'
import { missing } from './levels.ts'
import { whoIsAsked } from './nameless.ts'
import { oddsAround, type Odds } from './others.ts'

/** How much likelier a row without a first name is the one's with a name than anybody else's: at least so much. */
export const companyLevels = [
  ...(['128 to 1', '64 to 1', '32 to 1', '16 to 1', '12 to 1', '8 to 1', '6 to 1', '4 to 1', '3 to 1'] as const),
  ...(['2 to 1', '1 to 1', '1 to 2', '1 to 8', 'less'] as const),
]

/** Where each level but the last begins, as odds. */
const least = [128, 64, 32, 16, 12, 8, 6, 4, 3, 2, 1, 1 / 2, 1 / 8]

/**
 * Fields: first name, last name, then contacts. Of two rows of which one has a first name, and the other none or an initial: the odds
 * that the other is whose name is known, and not somebody else who uses its contacts. Missing where both say who they are.
 */
export const company: Comparator = {
  levels: companyLevels,
  compile: (table, fields, population) => {
    const ask = whoIsAsked(table, fields[0]!, fields[1]!)
    const odds = oddsOf(table, fields, population, false)
    return (a, b) => {
      const asked = ask(a, b)
      return asked === null ? missing : levelOf(odds(asked.known, asked.other))
    }
  },
}

/** The same as if the second row did not say its first name: what is right is known then, and can be learned. For `own` see `Odds`. */
export function companyHidden(
  table: Table,
  fields: readonly string[],
  population: Population,
): (known: number, other: number, own: number) => number {
  const odds = oddsOf(table, fields, population, true)
  return (known, other, own) => levelOf(odds(known, other, own))
}

// oxlint-disable-next-line max-params -- as comparators are compiled, and one thing more
function oddsOf(
  table: Table,
  [first, last, ...contacts]: readonly string[],
  population: Population,
  isHidden: boolean,
): Odds {
  return oddsAround(table, { first: first!, last: last!, contacts, isHidden }, population)
}

function levelOf(odds: number): number {
  if (Number.isNaN(odds)) return missing
  const place = least.findIndex(bound => odds >= bound)
  return place < 0 ? companyLevels.length : place + 1
}
