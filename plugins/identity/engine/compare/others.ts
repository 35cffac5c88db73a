import type { Column, Population, Table } from '@switchboard/core'
import { familyName, familyNameLevels } from './family-name.ts'
import { columnOf, missing, ofEachValue } from './levels.ts'
import { another, initialed, named, nameBorne, silent } from './mailbox.ts'
import { givenName, givenNameLevels } from './given-name.ts'
import { isRoleMailbox } from './role-mailbox.ts'
import { endOf, startOf } from '../column.ts'
import { usersOf, type Users } from './users.ts'

/** What is read of rows: names, and contacts that several people may use. */
export interface Read {
  first: string
  last: string
  contacts: readonly string[]
  /** Whether the first name of the row in question is not looked at, though it has one. */
  isHidden: boolean
}

/** Somebody who uses the contacts of the row in question. */
interface Party {
  /** One row of each of their names. */
  rows: number[]
  /** How many rows of theirs have each contact. */
  counts: number[]
  /** Whether something speaks against them: another last name, another initial, a record that names both. */
  isOut: boolean
}

/** Rows' worth of belief that somebody uses a contact where they were never seen: any, an email with their initial, with their name. */
const seldom = 0.1
const byInitial = 1
const byName = 2
/** And that it is somebody whom nobody has seen: at an email that bears nobody's name, that of who is seen, that of who is not. */
const unseen = { silent: 0.15, known: 0.05, absent: 1 }

/**
 * Makes the function that says how much likelier a row without a first name is somebody's with a name than anybody else's: by who is
 * seen at its contacts, how often, at how many of them, and whose name its email bears. As the next of one's rows is as likely as one
 * has rows already, the odds are those of counts. @returns odds; NaN where its contacts tell nobody apart
 */
export function oddsAround(table: Table, read: Read, population: Population): Odds {
  const firsts = columnOf(table, read.first)
  const lasts = columnOf(table, read.last)
  const looks = read.contacts.map(field => lookAt(table, field, { firsts, lasts }, population))
  const around = {
    firsts,
    lasts,
    compare: givenName.compile(table, [read.first, read.last], population),
    isFitting: fitting(table, read, population),
    apartFrom: population.apartFrom,
  }
  return (known, other, own = population.sameAs?.(other) ?? 1) => {
    const parties: Party[] = [{ rows: [known], counts: [], isOut: isSaidApart(around, other, known) }]
    const mails: Mail[] = []
    let places = 0
    for (const look of looks) {
      const { column } = look.users
      const to = endOf(column, other)
      for (let at = startOf(column, other); at < to; at++) {
        const value = column.ids[at]!
        if (look.isTelling(value) === 0 || look.users.isCrowd(value)) continue
        meet(parties, { ...around, users: look.users, value, other, own, place: places++ })
        if (look.isMail(value) === 1) mails.push({ value, place: places - 1, borne: look.borne })
      }
    }
    return places === 0 ? Number.NaN : oddsOf(parties, { places, other, mails })
  }
}

/** @param own how many of the rows that say the same as the other are not looked at: all of them, unless it is said */
export type Odds = (known: number, other: number, own?: number) => number

/** An email of the row in question. */
interface Mail {
  value: number
  place: number
  borne: ReturnType<typeof nameBorne>
}

interface Look {
  users: Users
  /** 1 where who uses a value says something. */
  isTelling(value: number): number
  isMail(value: number): number
  borne: Mail['borne']
}

// oxlint-disable-next-line max-params -- the columns of names are read once for all contacts
function lookAt(table: Table, field: string, names: { firsts: Column; lasts: Column }, population: Population): Look {
  const column = columnOf(table, field)
  const isTelling = ofEachValue(column, text => (population.isGeneric?.(field, text) || isRoleMailbox(text) ? 0 : 1))
  return {
    users: usersOf(column, table.count, { names, ...(population.sameAs && { sameAs: population.sameAs }) }),
    isTelling,
    isMail: ofEachValue(column, text => (text.includes('@') ? 1 : 0)),
    borne: nameBorne({ ...names, emails: column }, population),
  }
}

interface Meeting {
  firsts: Column
  lasts: Column
  users: Users
  value: number
  /** The row in question. */
  other: number
  /** How many rows are it. */
  own: number
  /** The how manieth of its contacts this is. */
  place: number
  /** How two first names compare. */
  compare(a: number, b: number): number
  isFitting(nameless: number, row: number): boolean
  apartFrom: Population['apartFrom']
}

/** Counts who uses one contact, the row in question aside. The first party is who has the name. */
function meet(parties: Party[], { users, value, other, own, place, ...about }: Meeting): void {
  const { firsts, lasts, compare } = about
  const end = users.endOf(value)
  const known = parties[0]!
  for (let at = users.start[value]!; at < end; at++) {
    const row = users.rows[at]!
    const isOwn =
      firsts.ids[other] === firsts.ids[row] && (lasts.ids[other]! < 0 || lasts.ids[other] === lasts.ids[row])
    const more = users.counts[at]! - (isOwn ? own : 0)
    const level = more > 0 ? compare(known.rows[0]!, row) : missing
    // Where the last name stands as the first, nobody is named.
    if (level === missing) continue
    const party = isAlike(level) ? known : partyOf(parties, { ...about, other, row })
    party.counts[place] = (party.counts[place] ?? 0) + more
    if (!party.rows.includes(row)) party.rows.push(row)
  }
}

/** Whether a row is said to be somebody else than who is called as another row is. */
function isSaidApart(
  { compare, apartFrom }: Pick<Meeting, 'compare' | 'apartFrom'>,
  row: number,
  called: number,
): boolean {
  return apartFrom?.(row).some(one => one === called || isAlike(compare(one, called))) ?? false
}

function isAlike(level: number): boolean {
  return level !== missing && level < different
}

/** Who else has the first name of a row. */
function partyOf(
  parties: Party[],
  {
    firsts,
    isFitting,
    compare,
    apartFrom,
    other,
    row,
  }: Omit<Meeting, 'users' | 'value' | 'own' | 'place'> & { row: number },
): Party {
  const isOut = !isFitting(other, row) || isSaidApart({ compare, apartFrom }, other, row)
  const known = parties.find((one, at) => at > 0 && one.isOut === isOut && firsts.ids[one.rows[0]!] === firsts.ids[row])
  if (known) return known
  const party = { rows: [row], counts: [], isOut }
  parties.push(party)
  return party
}

function oddsOf(parties: readonly Party[], about: { places: number; other: number; mails: readonly Mail[] }): number {
  const isMute = about.mails.length === 0
  const borne: Borne = { best: isMute ? silent : another }
  const [own, ...others] = parties.map(party => {
    const beliefs = beliefsOf(party, about, borne)
    return party.isOut ? 0 : weightOf(party, beliefs)
  })
  // In the order of their size, for a sum of fractions depends on the order.
  return own! / (others.sort((a, b) => a - b).reduce((sum, weight) => sum + weight, 0) + unseenBy(borne))
}

/** How emails bear the names of those who are seen: the best of it. */
interface Borne {
  best: number
}

/** For each contact how many rows' worth of belief there is that somebody uses it, seen there or not. */
function beliefsOf(
  { rows }: Party,
  { places, other, mails }: { places: number; other: number; mails: readonly Mail[] },
  borne: Borne,
): number[] {
  const beliefs = Array.from({ length: places }, () => seldom)
  for (const mail of mails) {
    const level = Math.min(...rows.map(row => mail.borne(row, other, mail.value)))
    if (level <= initialed) beliefs[mail.place] = level === named ? byName : byInitial
    borne.best = Math.min(borne.best, level)
  }
  return beliefs
}

function unseenBy({ best }: Borne): number {
  return best < silent ? unseen.known : best === silent ? unseen.silent : unseen.absent
}

/** Rows of theirs, less where they are seen at some of the contacts only. */
function weightOf({ counts }: Party, beliefs: readonly number[]): number {
  let all = 1
  let most = 0
  beliefs.forEach((belief, place) => {
    const count = (counts[place] ?? 0) + belief
    all *= count
    if (count > most) most = count
  })
  return all / most ** (beliefs.length - 1)
}

const different = givenNameLevels.indexOf('different') + 1
const otherName = familyNameLevels.indexOf('other') + 1

/** Whether nothing speaks against a row without a first name being somebody else's: no other last name, no other initial. */
function fitting(table: Table, { first, last, isHidden }: Read, population: Population): Meeting['isFitting'] {
  const compareLasts = familyName.compile(table, isHidden ? [last] : [last, first], population)
  if (isHidden) return (one, other) => compareLasts(one, other) !== otherName
  const firsts = columnOf(table, first)
  const lasts = columnOf(table, last)
  return (nameless, other) => {
    const level = compareLasts(nameless, other)
    const name = firsts.ids[nameless]!
    if (level === otherName || name < 0) return level !== otherName
    const text = firsts.text(name)
    // A single word may stand for the last name, but only for that of who has it.
    if (text.length > 1) return lasts.ids[nameless]! < 0 && level !== missing
    return firsts.text(firsts.ids[other]!).startsWith(text)
  }
}
