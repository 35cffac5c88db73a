import type { Population, Table } from '@switchboard/core'
import { tableBuilder } from './table.ts'

/** A person of a test, cleaned; what is left out is missing. */
export interface TestPerson {
  first?: string
  last?: string
  email?: string
  phone?: string | string[]
}

/** A table of people, as the model `people` reads them. */
export function tableOf(people: readonly TestPerson[]): Table {
  const builder = tableBuilder([{ name: 'first' }, { name: 'last' }, { name: 'email' }, { name: 'phone', many: true }])
  for (const person of people) builder.add({ ...person })
  return builder.build()
}

/** A table with one field. */
export function columnTable(values: readonly string[]): Table {
  const builder = tableBuilder([{ name: 'value' }])
  for (const value of values) builder.add({ value })
  return builder.build()
}

/** Knows these first names, and no nicknames. */
export function populationOf(names: readonly string[], aliases: readonly string[] = []): Population {
  return {
    share: () => 0.001,
    isGivenName: folded => names.includes(folded),
    isAlias: (one, other) => aliases.includes(`${one} ${other}`) || aliases.includes(`${other} ${one}`),
  }
}

/** The same people in another order, and where each went. */
export function shuffled<T>(all: readonly T[], seed: number): { rows: T[]; from: number[] } {
  const from = all.map((_, at) => at)
  let state = seed * 2 + 1
  for (let at = from.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const other = state % (at + 1)
    const kept = from[at]!
    from[at] = from[other]!
    from[other] = kept
  }
  return { rows: from.map(at => all[at]!), from }
}

/** Who is together, as sorted groups of the rows' first places, so that two orders can be compared. */
export function groupsOf(clusterOf: ArrayLike<number>, from?: readonly number[]): string[] {
  const groups = new Map<number, number[]>()
  for (let row = 0; row < clusterOf.length; row++) {
    const group = groups.get(clusterOf[row]!) ?? []
    group.push(from ? from[row]! : row)
    groups.set(clusterOf[row]!, group)
  }
  return [...groups.values()].map(group => group.sort((a, b) => a - b).join(' ')).sort()
}

const firsts = 'anna john mary peter susan david laura paul emma mark julia tom karen james linda steven'.split(' ')
const lasts = 'berg stone hill wood field lake rivers moss ford lane marsh banks cole dale frost glass'.split(' ')

/**
 * Invented customers, the same each time: every one with an email and a phone of their own and one to four rows, some of which lack
 * a field or have a slip; every tenth is one of a couple on one email, phone and last name.
 */
export function customers(count: number, seed = 1): { rows: TestPerson[]; truth: number[] } {
  const rows: TestPerson[] = []
  const truth: number[] = []
  let state = seed
  const below = (most: number): number => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) % 65_536) % most
  for (let person = 0; person < count; person++) {
    const home = person % 10 === 9 ? person - 1 : person
    const last = `${lasts[(home * 7) % 16]}${'aeiou'[home % 5]}${'nrst'[(home >> 2) % 4]}`
    const first = firsts[(person * 5 + (person >> 4)) % 16]!
    const full = { first, last, email: `${last}${home}@example.org`, phone: `+6140${1_000_000 + home * 37}` }
    for (let row = 0; row <= below(4); row++) {
      const kind = below(10)
      const { phone: _phone, ...noPhone } = full
      const { email: _email, ...noEmail } = full
      const typed = kind === 0 ? noPhone : kind === 1 ? noEmail : kind === 2 ? { ...full, last: `${last}x` } : full
      rows.push(typed)
      truth.push(person)
    }
  }
  return { rows, truth }
}
