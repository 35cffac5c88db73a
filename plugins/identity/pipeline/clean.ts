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
  const phoneOf = remembered((raw: string) => cleanPhone(raw, region))
  const nameOf = remembered((fields: string): Name => {
    const [firstName, lastName, name] = fields.split('\n')
    return cleanName({ firstName, lastName, name })
  })
  return ({ person, ...about }) => {
    const { title, first, last, suffix, company } = nameOf(fieldsOf(person))
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
      phones: [...new Set(phones)],
      extras: extrasOf(person, evidence),
      isUnverified: person.isUnverified ?? false,
    }
  }
}

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

function fieldsOf({ firstName, lastName, name }: RawCandidate['person']): string {
  return [firstName, lastName, name].map(field => (field ?? '').replaceAll('\n', ' ')).join('\n')
}

function remembered<Result>(work: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>()
  return text => {
    if (!known.has(text)) known.set(text, work(text))
    return known.get(text)!
  }
}
