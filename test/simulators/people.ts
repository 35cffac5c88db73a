import { homeOf, type Home } from './homes.ts'
import { firstNames, lastNames, mailDomains } from './names.ts'
import type { Random } from './random.ts'

/** A person as they are; rows show them as somebody wrote them down. */
export interface WorldPerson {
  id: string
  firstName: string
  /** What they also go by. */
  nicknames: readonly string[]
  lastName: string
  email: string | null
  phone: Phone | null
  home: Home
  /** The other half of their couple. */
  partnerId: string | null
}

/** A phone number: E.164, and the digits people write within its country (null where nobody would). */
export interface Phone {
  e164: string
  national: string | null
}

/**
 * People with invented names. Six in a hundred live in couples that share one home and one email; half of those couples also share
 * one last name and one phone.
 */
export function peopleOf(random: Random, size: number): WorldPerson[] {
  const taken = new Set<string>()
  const people: WorldPerson[] = []
  while (people.length < size) {
    const person = personOf(random, people.length + 1, taken)
    people.push(person)
    // One in 32 gets a partner: two of 33 people, which is 6 in a hundred.
    if (random.chance(1 / 32)) people.push(partnerOf(random, person, people.length + 1, taken))
  }
  return people
}

/** One more person. `taken` keeps emails and phones apart. */
export function personOf(random: Random, number: number, taken: Set<string>): WorldPerson {
  const [firstName, ...nicknames] = random.pick(firstNames) as readonly [string, ...string[]]
  const lastName = random.pick(lastNames)
  const email = emailOf(random, firstName, lastName, taken)
  return {
    id: `person_${number}`,
    firstName,
    nicknames,
    lastName,
    email,
    phone: phoneOf(random, taken),
    home: homeOf(email),
    partnerId: null,
  }
}

function partnerOf(random: Random, one: WorldPerson, number: number, taken: Set<string>): WorldPerson {
  const other = personOf(random, number, taken)
  const isClose = random.chance(0.5)
  while (other.firstName === one.firstName) other.firstName = random.pick(firstNames)[0] as string
  one.partnerId = other.id
  return {
    ...other,
    nicknames: firstNames.find(([first]) => first === other.firstName)?.slice(1) ?? [],
    email: one.email,
    home: one.home,
    partnerId: one.id,
    ...(isClose ? { lastName: one.lastName, phone: one.phone } : {}),
  }
}

/** A new address: the name in one of the usual shapes, made unique by a number. */
function emailOf(random: Random, firstName: string, lastName: string, taken: Set<string>): string {
  const first = plain(firstName)
  const last = plain(lastName)
  const local = random.pick([`${first}.${last}`, `${first}${last}`, `${first.slice(0, 1)}${last}`, `${last}.${first}`])
  const domain = random.pick(mailDomains)
  return unique(taken, attempt => `${local}${attempt === 0 ? '' : random.int(2, 1999)}@${domain}`)
}

function plain(name: string): string {
  const folded = name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l').toLowerCase()
  return folded.replace(/[^a-z]/g, '')
}

/** A new number: nine in ten Australian (mostly mobile), the rest from abroad in ranges kept for fiction where there are some. */
function phoneOf(random: Random, taken: Set<string>): Phone {
  const kind = random.next()
  const make =
    kind < 0.8 ? australianMobile : kind < 0.9 ? australianLandline : random.pick([british, american, newZealander])
  // The ranges for fiction are small: a large world runs out of them.
  const e164 = unique(taken, attempt => (attempt < 20 ? make : australianMobile)(random))
  return {
    e164,
    national: e164.startsWith('+61') ? `0${e164.slice(3)}` : null,
  }
}

const australianMobile = (random: Random): string => `+614${digits(random, 2)}${digits(random, 6)}`
const australianLandline = (random: Random): string =>
  `+61${random.pick(['2', '3', '7', '8'])}${random.pick(['5', '6', '8', '9'])}${digits(random, 7)}`
/** The range for drama, 07700 900000 to 900999. */
const british = (random: Random): string => `+447700900${digits(random, 3)}`
/** The numbers 555-0100 to 0199 are for fiction in every area. */
const american = (random: Random): string =>
  `+1${random.pick(['415', '212', '303', '512', '617', '206'])}55501${digits(random, 2)}`
const newZealander = (random: Random): string => `+6421${random.int(2, 9)}${digits(random, 6)}`

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.int(0, 9)).join('')
}

function unique(taken: Set<string>, make: (attempt: number) => string): string {
  for (let attempt = 0; ; attempt++) {
    const made = make(attempt)
    if (taken.has(made) || /(\d)\1{5}/.test(made)) continue
    taken.add(made)
    return made
  }
}
