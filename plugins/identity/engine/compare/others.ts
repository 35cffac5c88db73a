import type { Column, Population, Table } from '@switchboard/core'
import { endOf, startOf } from '../column.ts'
import { familyName, familyNameLevels } from './family-name.ts'
import { givenName, givenNameLevels } from './given-name.ts'
import { columnOf, missing, ofEachValue, type CompareValues } from './levels.ts'
import { another, initialed, named, nameBorne, silent } from './mailbox.ts'
import { isRoleMailbox } from './role-mailbox.ts'
import { usersOf, type Users } from './users.ts'

/** What is read of rows: names, and contacts that several people may use. */
export interface Read {
  first: string
  last: string
  contacts: readonly string[]
  /** Whether the first name of the row in question is not looked at, though it has one. */
  isHidden: boolean
}

/**
 * How much likelier a row is somebody's whose name is known than anybody else's; NaN where its contacts tell nobody apart.
 * @param own how many of the rows that say the same as the other are not looked at: all of them, unless it is said
 */
export type Odds = (known: number, other: number, own?: number) => number

/** Rows' worth of belief that somebody uses a contact where they were never seen: any, an email with their initial, with their name. */
const seldom = 0.1
const byInitial = 1
const byName = 2
/** And that it is somebody whom nobody has seen: at an email that bears nobody's name, that of who is seen, that of who is not. */
const unseen = { silent: 0.15, known: 0.05, absent: 1 }

/**
 * Makes the function that says how much likelier a row without a first name is somebody's with a name than anybody else's: by who is
 * seen at its contacts, how often, at how many of them, and whose name its email bears. As the next of one's rows is as likely as one
 * has rows already (Pólya's urn; with the belief that ships, the posterior mean of a Dirichlet prior), the odds are those of counts.
 */
export function oddsAround(table: Table, read: Read, population: Population): Odds {
  const scene = sceneOf(table, read, population)
  return (known, other, own = population.sameAs?.(other) ?? 1) => {
    const places = placesOf(scene, other)
    if (places.length === 0) return Number.NaN
    const asked = { scene, places, other, own }
    const parties = [partyOf(asked, known, isSaidApart(scene, other, known))]
    for (let at = 0; at < places.length; at++) meet(asked, parties, at)
    return oddsOf(asked, parties)
  }
}

/** What is read once, for all rows. */
interface Scene {
  firsts: Column
  lasts: Column
  looks: readonly Look[]
  /** How two first names compare. */
  compare: CompareValues
  isFitting(nameless: number, row: number): boolean
  apartFrom: Population['apartFrom']
}

/** A contact that is looked at. */
interface Look {
  users: Users
  /** 1 where who uses a value says something. */
  isTelling(value: number): number
  isMail(value: number): number
  borne: ReturnType<typeof nameBorne>
}

/** A contact of the row in question. */
interface Place {
  look: Look
  value: number
}

/** A row in question. */
interface InQuestion {
  scene: Scene
  places: readonly Place[]
  other: number
  /** How many rows are it. */
  own: number
}

/** Somebody who uses the contacts of the row in question. */
interface Party {
  /** One row of each of their names, the first of those met. */
  rows: number[]
  /** By place: how many rows of theirs have the contact. */
  counts: number[]
  /** By place: how the email bears their name. */
  borne: number[]
  /** Whether something speaks against them: another last name, another initial, a record that names both. */
  isOut: boolean
}

function sceneOf(table: Table, read: Read, population: Population): Scene {
  const firsts = columnOf(table, read.first)
  const lasts = columnOf(table, read.last)
  return {
    firsts,
    lasts,
    looks: read.contacts.map(field => lookAt(table, field, { firsts, lasts }, population)),
    compare: givenName.compile(table, [read.first, read.last], population),
    isFitting: fitting(table, read, population),
    apartFrom: population.apartFrom,
  }
}

// oxlint-disable-next-line max-params -- the columns of names are read once for all contacts
function lookAt(table: Table, field: string, names: { firsts: Column; lasts: Column }, population: Population): Look {
  const column = columnOf(table, field)
  return {
    users: usersOf(column, table.count, { names, ...(population.sameAs && { sameAs: population.sameAs }) }),
    isTelling: ofEachValue(column, text => (population.isGeneric?.(field, text) || isRoleMailbox(text) ? 0 : 1)),
    isMail: ofEachValue(column, text => (text.includes('@') ? 1 : 0)),
    borne: nameBorne({ ...names, emails: column }, population),
  }
}

/** The contacts of a row that say something about who it is. */
function placesOf({ looks }: Scene, row: number): Place[] {
  const places: Place[] = []
  for (const look of looks) {
    const { column } = look.users
    const to = endOf(column, row)
    for (let at = startOf(column, row); at < to; at++) {
      const value = column.ids[at]!
      if (look.isTelling(value) === 1 && !look.users.isCrowd(value)) places.push({ look, value })
    }
  }
  return places
}

/** Somebody, by the first row of theirs that is met; seen nowhere yet. */
function partyOf(asked: InQuestion, row: number, isOut: boolean): Party {
  const { places } = asked
  const party: Party = { rows: [], counts: places.map(() => 0), borne: places.map(() => another + 1), isOut }
  addName(asked, party, row)
  return party
}

function addName({ places, other }: InQuestion, { rows, borne }: Party, row: number): void {
  if (rows.includes(row)) return
  rows.push(row)
  for (let at = 0; at < places.length; at++) {
    const { look, value } = places[at]!
    if (look.isMail(value) === 1) borne[at] = Math.min(borne[at]!, look.borne(row, other, value))
  }
}

/** Counts who uses one contact, the row in question aside. The first party is who has the name. */
function meet(asked: InQuestion, parties: Party[], at: number): void {
  const { scene, other, own } = asked
  const { firsts, lasts, compare } = scene
  const { look, value } = asked.places[at]!
  const { users } = look
  const known = parties[0]!
  const end = users.endOf(value)
  for (let user = users.start[value]!; user < end; user++) {
    const row = users.rows[user]!
    const isOwn =
      firsts.ids[other] === firsts.ids[row] && (lasts.ids[other]! < 0 || lasts.ids[other] === lasts.ids[row])
    const more = users.counts[user]! - (isOwn ? own : 0)
    const level = more > 0 ? compare(known.rows[0]!, row) : missing
    // Where the last name stands as the first, nobody is named.
    if (level === missing) continue
    const party = level < different ? known : otherParty(asked, parties, row)
    party.counts[at]! += more
    addName(asked, party, row)
  }
}

/** Who else has the first name of a row. */
function otherParty(asked: InQuestion, parties: Party[], row: number): Party {
  const { scene, other } = asked
  const { firsts } = scene
  const isOut = !scene.isFitting(other, row) || isSaidApart(scene, other, row)
  for (let at = 1; at < parties.length; at++) {
    const party = parties[at]!
    if (party.isOut === isOut && firsts.ids[party.rows[0]!] === firsts.ids[row]) return party
  }
  const party = partyOf(asked, row, isOut)
  parties.push(party)
  return party
}

/** Whether a row is said to be somebody else than who is called as another row is. */
function isSaidApart({ compare, apartFrom }: Scene, row: number, called: number): boolean {
  return apartFrom?.(row).some(one => one === called || isAlike(compare(one, called))) ?? false
}

function isAlike(level: number): boolean {
  return level !== missing && level < different
}

function oddsOf({ places }: InQuestion, parties: readonly Party[]): number {
  const isMute = places.every(({ look, value }) => look.isMail(value) === 0)
  const best = parties.reduce<number>((least, { borne }) => Math.min(least, ...borne), isMute ? silent : another)
  const [own, ...others] = parties.map(party => (party.isOut ? 0 : weightOf(party)))
  // In the order of their size, for a sum of fractions depends on the order.
  const rivals = others.sort((a, b) => a - b).reduce((sum, weight) => sum + weight, 0)
  return own! / (rivals + (best < silent ? unseen.known : best === silent ? unseen.silent : unseen.absent))
}

/** Rows of theirs, less where they are seen at some of the contacts only: the product over the contacts, by the most but one. */
function weightOf({ counts, borne }: Party): number {
  let all = 1
  let most = 0
  for (let at = 0; at < counts.length; at++) {
    const belief = borne[at] === named ? byName : borne[at] === initialed ? byInitial : seldom
    const count = counts[at]! + belief
    all *= count
    if (count > most) most = count
  }
  return all / most ** (counts.length - 1)
}

const different = givenNameLevels.indexOf('different') + 1
const otherName = familyNameLevels.indexOf('other') + 1

/** Whether nothing speaks against a row without a first name being somebody else's: no other last name, no other initial. */
function fitting(table: Table, { first, last, isHidden }: Read, population: Population): Scene['isFitting'] {
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
