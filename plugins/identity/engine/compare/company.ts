import type { Comparator } from '@switchboard/core'
import { missing } from './levels.ts'
import { whoIsAsked } from './nameless.ts'
import { seenAround, type Seen } from './others.ts'

/** Who else could be a row without a first name, by level; missing is nobody, or two rows that both have a first name. */
export const companyLevels = [
  'many alike',
  'some alike',
  'one alike',
  'lesser others',
  'some others',
  'mostly others',
  'nearer others',
] as const

const [manyAlike, someAlike, oneAlike, lesserOthers, someOthers, mostlyOthers, nearerOthers] = [1, 2, 3, 4, 5, 6, 7]

/**
 * Fields: first name, last name, then contacts. Of two rows of which one has a first name, and the other none or an initial: who
 * else uses the contacts of the other? Those `alike` are called as the one with the name; `others` are called otherwise and have
 * no other last name or initial than it says. They are `lesser` where they use fewer of its contacts, `nearer` where they
 * use more. Who is seen there alone is most likely who comes once more without saying so, and hardly so where two are seen.
 */
export const company: Comparator = {
  levels: companyLevels,
  compile: (table, [first, last, ...contacts], population) => {
    const ask = whoIsAsked(table, first!, last!)
    const seen = seenAround(table, { first: first!, last: last!, contacts }, population)
    return (a, b) => {
      const asked = ask(a, b)
      return asked === null ? missing : levelOf(seen(asked))
    }
  },
}

function levelOf({ alike, near, others, nearest }: Seen): number {
  if (others === 0) return alike === 0 ? missing : alike === 1 ? oneAlike! : alike < 4 ? someAlike! : manyAlike!
  if (nearest !== near) return nearest < near ? lesserOthers! : nearerOthers!
  return others > alike ? mostlyOthers! : someOthers!
}
