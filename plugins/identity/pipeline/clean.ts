import {
  canonicalEmail,
  cleanEmail,
  cleanName,
  cleanPhone,
  type Evidence,
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

/** Cleans one candidate after another. To remember names and phones that were met takes longer than to clean them again. */
export function cleaner(region: Region, evidence: readonly Evidence[]): (raw: RawCandidate) => Omit<Candidate, 'id'> {
  return ({ person, recordId, position, source, kind, happenedAt, updatedAt }) => {
    const { title, first, last, suffix, company } = cleanName(person)
    const email = cleanEmail(person.email)
    const phones = (person.phones ?? []).map(raw => cleanPhone(raw, region)).filter(phone => phone !== null)
    return {
      recordId,
      position,
      role: person.role,
      source,
      kind,
      happenedAt,
      updatedAt,
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
