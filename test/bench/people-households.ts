import type { Mix } from './people-mix.ts'
import type { GivenName, Names } from './people-names.ts'
import { ranked, type Random } from './people-random.ts'

/** Somebody who does not exist. */
export interface Being {
  /** Unique; starts with p, or with g for a customer of the giant account. */
  id: string
  /** The couple they are one half of; '' for others. */
  couple: string
  first: GivenName
  /** What friends call them; null for those who go by their name. */
  calledBy: string | null
  last: string
  /** After a marriage. */
  newLast: string | null
  /** The newer later. */
  emails: readonly string[]
  /** Nine digits of Australia, or "+" and all digits. The newer later. */
  phones: readonly string[]
  /** How many rows they have. */
  rows: number
}

/** People who live together, the first of them the one who books. */
export type Household = readonly Being[]

interface Known {
  names: { first: GivenName; last: string }[]
  phones: string[]
  /** Pairs of first and last name that somebody has already: only the first of them gets the bare address. */
  taken: Set<string>
}

/** Remembered for namesakes and recycled phones. */
const remembered = 4096
/** So many rows at most; their number by Zipf. */
const mostRows = 12

/** Households without end. */
export function* households(random: Random, names: Names, mix: Mix): Generator<Household> {
  const known: Known = { names: [], phones: [], taken: new Set() }
  const rows = ranked(mostRows, { flat: 0, steep: 1.6 })
  for (let number = 1; ; number++) {
    const be = maker({ random, names, mix, known, rows, number })
    const kind = random.share()
    const household = kind < mix.couples ? couple(be) : kind < mix.couples + mix.families ? family(be) : [be.one({})]
    for (const { first, last, phones } of household) {
      known.names[(number * 7) % remembered] = { first, last }
      known.phones[(number * 7) % remembered] = phones[0]!
    }
    yield household
  }
}

interface Maker {
  random: Random
  mix: Mix
  number: number
  one(given: Partial<Being> & { isMan?: boolean }): Being
}

type Making = Omit<Maker, 'one'> & { names: Names; known: Known; rows: (random: Random) => number }

function maker(making: Making): Maker {
  let members = 0
  const { random, mix, number } = making
  return { random, mix, number, one: given => being(making, given, (members += 1)) }
}

function couple({ random, mix, number, one }: Maker): Household {
  const id = `c${number}`
  const isMan = random.chance(0.5)
  const first = one({ couple: id, isMan })
  const isOne = random.chance(0.5)
  const last = isOne || random.chance(0.4) ? { last: first.last, newLast: null } : {}
  const second = one({ couple: id, isMan: random.chance(0.05) ? isMan : !isMan, ...last })
  const emails = random.chance(mix.sharedEmail) ? [first.emails[0]!, ...second.emails.slice(1)] : second.emails
  const phones = isOne ? [first.phones[0]!, ...second.phones.slice(1)] : second.phones
  return [
    { ...first, newLast: isOne ? null : first.newLast },
    { ...second, emails, phones },
  ]
}

function family({ random, one }: Maker): Household {
  const parent = one({ newLast: null })
  const children = Array.from({ length: 1 + random.below(2) }, () => one({ last: parent.last, newLast: null }))
  return [
    parent,
    ...children.map(child => ({
      ...child,
      phones: [parent.phones[0]!, ...child.phones.slice(1)],
      emails: random.chance(0.3) ? [parent.emails[0]!] : child.emails,
    })),
  ]
}

function being(making: Making, { isMan, ...given }: Partial<Being> & { isMan?: boolean }, member: number): Being {
  const { random, names, mix, known, rows, number } = making
  const somebody = random.chance(mix.namesakes) ? before(known.names, random) : undefined
  const first = somebody?.first ?? ((isMan ?? random.chance(0.5)) ? names.man(random) : names.woman(random))
  const last = given.last ?? somebody?.last ?? names.surname(random)
  const marries = random.chance(mix.marriage)
  const newLast = marries ? married(last, names.surname(random), random) : null
  const own = String(number * 4 + member)
  const address = (last: string): string => emailOf({ first: first.name, last }, { random, known, unique: own })
  const hasNewEmail = random.chance(marries ? mix.marriageEmail : mix.secondEmail)
  const recycled = random.chance(mix.recycledPhones) ? before(known.phones, random) : undefined
  return {
    ...{ id: `p${own}`, couple: '', first, last, newLast },
    calledBy: calledBy(first, random, names),
    emails: [address(last), ...(hasNewEmail ? [`${address(newLast ?? last)}`.replace('@', 'x@')] : [])],
    phones: [recycled ?? phoneOf(random), ...(random.chance(mix.secondPhone) ? [phoneOf(random)] : [])],
    rows: rows(random) + 1,
    ...given,
  }
}

/** Something of somebody who came before, while they are remembered. */
function before<T>(known: readonly T[], random: Random): T | undefined {
  return known[random.below(known.length || 1)]
}

/** A short form where there is one; a few are called something that nobody could guess. */
function calledBy({ short }: GivenName, random: Random, names: Names): string | null {
  if (short.length > 0) return random.pick(short)
  return random.chance(0.02) ? names.man(random).name : null
}

function married(last: string, other: string, random: Random): string {
  return random.chance(0.2) ? `${last}-${other}` : other
}

const handles =
  'sunny surf coffee moto garden ocean pixel river tiger cricket beach star music happy blue red bush reef'.split(' ')
const providers = [
  'gmail.com',
  'gmail.com',
  'gmail.com',
  'inbox.example',
  'inbox.example',
  'bigpost.example',
  'outlet.example',
]

/** Unlike anybody else's: a number of their own, but for the first who has the name. */
function emailOf(
  name: { first: string; last: string },
  { random, known, unique }: { random: Random; known: Known; unique: string },
): string {
  const [first, last] = [plain(name.first), plain(name.last)]
  const isFirst = !known.taken.has(`${first} ${last}`)
  if (isFirst) known.taken.add(`${first} ${last}`)
  const provider = random.pick(providers)
  const way = random.share()
  if (way < 0.06) return `${first}@${last}${unique}.example`
  if (way < 0.25) return `${random.pick(handles)}${random.pick(handles)}${unique}@${provider}`
  if (way < 0.45) return `${first[0]}${last}${unique}@${provider}`
  if (way < 0.55) return `${first}${unique}@${provider}`
  return `${first}${random.chance(0.6) ? '.' : ''}${last}${isFirst && way < 0.85 ? '' : unique}@${provider}`
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
}

/** A mobile mostly, a landline, or a number of another country. */
export function phoneOf(random: Random): string {
  const way = random.share()
  const digits = (count: number): string => String(random.below(10 ** count)).padStart(count, '0')
  if (way < 0.86) return `4${1 + random.below(8)}${digits(7)}`
  if (way < 0.97) return `${random.pick([2, 3, 7, 8])}${random.pick([5, 6, 8, 9])}${digits(7)}`
  return random.pick([
    `+447${random.pick([4, 5, 7])}${digits(8)}`,
    `+6421${digits(7)}`,
    `+1415${2 + random.below(7)}${digits(6)}`,
  ])
}
