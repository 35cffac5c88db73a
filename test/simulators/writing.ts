import type { Phone, WorldPerson } from './people.ts'
import type { Random } from './random.ts'

/** A person as somebody wrote them into a row. */
export interface Written {
  firstName: string | null
  lastName: string | null
  /** Only where the form had one field for the whole name. */
  name: string | null
  email: string | null
  phone: string | null
}

/** Writes a person down as people and shop forms do: nicknames, typos, odd case, another phone format, things left out. */
export function written(random: Random, person: WorldPerson): Written {
  const names = namesOf(random, person)
  return {
    ...(random.chance(0.03)
      ? {
          firstName: null,
          lastName: null,
          name: `${names.firstName} ${names.lastName}`,
        }
      : { ...names, name: null }),
    email: person.email && !random.chance(0.05) ? wroteEmail(random, person.email) : null,
    phone: person.phone && !random.chance(0.15) ? wrotePhone(random, person.phone) : null,
  }
}

/** One identity field only, or none at all: a walk-in at the till. */
export function barely(random: Random, person: WorldPerson): Written {
  const nothing: Written = {
    firstName: null,
    lastName: null,
    name: null,
    email: null,
    phone: null,
  }
  const kind = random.next()
  if (kind < 0.15) return nothing
  if (kind < 0.6 && person.email) return { ...nothing, email: person.email }
  return {
    ...nothing,
    phone: person.phone ? wrotePhone(random, person.phone) : null,
  }
}

/** A phone as people type it: "0412 345 678", "+61 412 345 678", "(04) 1234 5678", "61412345678"; foreign ones with their plus. */
export function wrotePhone(random: Random, phone: Phone): string {
  const way = random.int(0, 6)
  if (!phone.national) return way < 3 ? phone.e164 : `+${phone.e164.slice(1).replace(/(\d{3})(?=\d{3})/g, '$1 ')}`
  const [two, four, rest] = [phone.national.slice(0, 2), phone.national.slice(2, 6), phone.national.slice(6)]
  const isMobile = two === '04'
  const spaced = isMobile ? phone.national.replace(/^(\d{4})(\d{3})/, '$1 $2 ') : `${two} ${four} ${rest}`
  const ways = [
    phone.national,
    spaced,
    spaced,
    `+61 ${spaced.slice(1)}`,
    phone.e164,
    `(${two}) ${four} ${rest}`,
    phone.e164.slice(1),
  ]
  return ways[way] as string
}

function namesOf(random: Random, person: WorldPerson): { firstName: string; lastName: string } {
  const usesNickname = random.chance(0.1) && person.nicknames.length > 0
  const first = usesNickname ? random.pick(person.nicknames) : person.firstName
  const firstName = misspelt(random, first, 0.02)
  const lastName = misspelt(random, random.chance(0.3) ? person.lastName.replace("'", '’') : person.lastName, 0.02)
  const styles: ((text: string) => string)[] = [
    text => text.toUpperCase(),
    text => text.toLowerCase(),
    text => ` ${text}  `,
  ]
  const style = random.chance(0.08) ? random.pick(styles) : (text: string) => text
  return { firstName: style(firstName), lastName: style(lastName) }
}

function wroteEmail(random: Random, email: string): string {
  const way = random.next()
  if (way < 0.01) return misspelt(random, email, 1)
  if (way < 0.025) return email.replace('@', '+wedding@')
  if (way < 0.08) return email.slice(0, 1).toUpperCase() + email.slice(1)
  return email
}

/** With this probability, one slip of the finger: two letters swapped, one doubled, or one left out. Never at the first letter or in a domain. */
function misspelt(random: Random, text: string, probability: number): string {
  const word = text.split('@')[0] as string
  const slips = random.chance(probability)
  if (!slips || word.length < 4) return text
  const at = random.int(1, word.length - 2)
  const kind = random.int(0, 2)
  const middle =
    kind === 0 ? `${text[at + 1]}${text[at]}` : kind === 1 ? `${text[at]}${text[at]}${text[at + 1]}` : `${text[at + 1]}`
  return text.slice(0, at) + middle + text.slice(at + 2)
}
