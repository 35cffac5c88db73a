import {
  canonicalEmail,
  cleanEmail,
  cleanName,
  cleanPhone,
  type Evidence,
  type Name,
  type Person,
  type Region,
} from '@switchboard/core'
import type { Candidate } from './candidate.ts'
import { step } from './step.ts'
import type { RawCandidate } from './made.ts'

/** Cleans names, emails and phones. Who has neither an email nor a phone cannot be matched: dropped, and counted. */
export const clean = step({
  name: 'clean',
  needs: ['raw'],
  makes: ['fresh', 'dropped'],
  run: ({ raw }, { region, evidence }) => {
    const cleaned = raw.map(cleaner(region, evidence))
    const fresh = cleaned.filter(({ email, phones }) => email !== null || phones.length > 0)
    return { fresh, dropped: cleaned.length - fresh.length }
  },
})

/** Cleans one candidate after another; each spelling of a phone or a name is read only once. */
export function cleaner(region: Region, evidence: readonly Evidence[]): (raw: RawCandidate) => Omit<Candidate, 'id'> {
  const phoneOf = phoneCleaner(region)
  const nameOf = nameCleaner()
  return ({ person, ...about }) => {
    const { title, first, last, suffix, company } = nameOf(person)
    const email = cleanEmail(person.email)
    const phones = (person.phones ?? []).map(phoneOf).filter(phone => phone !== null)
    return {
      ...about,
      role: person.role,
      title,
      firstName: first,
      lastName: last,
      suffix,
      company,
      email,
      emailKey: email && canonicalEmail(email),
      phones: phones.length > 1 ? [...new Set(phones)] : phones,
      extras: evidence.length === 0 ? noExtras : extrasOf(person, evidence),
      isUnverified: person.isUnverified ?? false,
    }
  }
}

/** Where plugins read nothing of anybody. */
export const noExtras: Candidate['extras'] = {}

/** Longer texts than this are no evidence of anything. */
const mostLetters = 500

/** What plugins read of a person: texts without line breaks, each once. */
function extrasOf(person: Person, evidence: readonly Evidence[]): Candidate['extras'] {
  const fields = evidence.flatMap(({ fields = {} }) => Object.entries(fields))
  return Object.fromEntries(
    fields.flatMap(([name, { read }]) => {
      const texts = read(person).map(text =>
        text
          .replace(/[\s\p{C}]+/gu, ' ')
          .trim()
          .slice(0, mostLetters),
      )
      const distinct = [...new Set(texts)].filter(text => text !== '')
      return distinct.length > 0 ? [[name, distinct]] : []
    }),
  )
}

/** So many names and phones are remembered: many records have the same. */
const mostRemembered = 100_000
/** A word that is cleaned faster than it is found again. */
const plainWord = /^[A-Z][a-z]+$/

/** Each spelling that is met again is read once. */
function phoneCleaner(region: Region): (raw: string) => string | null {
  let known = new Map<string, string | null>()
  return raw => {
    let clean = known.get(raw)
    if (clean === undefined) {
      if (known.size >= mostRemembered) known = new Map()
      known.set(raw, (clean = cleanPhone(raw, region)))
    }
    return clean
  }
}

function nameCleaner(): (person: Person) => Name {
  let known = new Map<string, Name>()
  return ({ firstName, lastName, name }) => {
    if (firstName && lastName && plainWord.test(firstName) && plainWord.test(lastName))
      return cleanName({ firstName, lastName })
    const key = `${firstName ?? ''}\0${lastName ?? ''}\0${name ?? ''}`
    let clean = known.get(key)
    if (!clean) {
      if (known.size >= mostRemembered) known = new Map()
      known.set(key, (clean = cleanName({ firstName, lastName, name })))
    }
    return clean
  }
}
