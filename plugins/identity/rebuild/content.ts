import type { Candidate } from '../pipeline/candidate.ts'
import { noExtras } from '../pipeline/clean.ts'
import { fieldsOf } from './read-copy.ts'
import { timeReader, timeText } from './times.ts'

/**
 * What a stored candidate `c` says, as the columns of a COPY that writes times as {@link plainTimes} has it; {@link contentOf} says
 * the same of one that was just read, and a number of each is compared.
 */
export const storedContent = `c.role, c.source, c.kind, c.happened_at, c.updated_at, c.title, c.first_name, c.last_name, c.suffix,
  c.company, c.email, c.email_key, c.phones, c.is_unverified, (select string_agg(e.key || '=' || (select string_agg(v, '|' order by v)
    from jsonb_array_elements_text(e.value) v), '&' order by e.key) from jsonb_each(nullif(c.extras, '{}')) e)`

/** The columns of a candidate that the text of {@link contentOf} fills, up to the extras. */
export const saidColumns = [
  ...['role', 'source', 'kind', 'happened_at', 'updated_at', 'title', 'first_name', 'last_name', 'suffix'],
  ...['company', 'email', 'email_key', 'phones', 'is_unverified'],
]

/** What a candidate says, as a line of a COPY; its extras come last, and are written otherwise in their column. */
export function contentOf(candidate: Omit<Candidate, 'id'>): string {
  const { role, source, kind, happenedAt, updatedAt, title, firstName, lastName, suffix, company } = candidate
  const { email, emailKey, phones, isUnverified, extras } = candidate
  const updated = timeText(updatedAt)
  const happened = happenedAt === updatedAt ? updated : timeText(happenedAt)
  const about = `${fieldOf(role)}\t${fieldOf(source)}\t${fieldOf(kind)}\t${happened}\t${updated}`
  const named = `${fieldOf(title)}\t${fieldOf(firstName)}\t${fieldOf(lastName)}\t${fieldOf(suffix)}\t${fieldOf(company)}`
  const reached = `${fieldOf(email)}\t${fieldOf(emailKey)}\t{${phones.length === 1 ? phones[0]! : phones.join(',')}}`
  return `${about}\t${named}\t${reached}\t${isUnverified ? 't' : 'f'}\t${fieldOf(extrasOf(extras))}`
}

/** The text of {@link contentOf} up to the extras. */
export function withoutExtras(said: string): string {
  return said.slice(0, said.lastIndexOf('\t'))
}

/** Where a candidate is from, and what plugins read of it. */
export type Where = Pick<Candidate, 'id' | 'recordId' | 'position' | 'extras'>

/** Reads the candidate of whom the text of {@link contentOf} is, which says all but where it is from and the extras. */
export function contentReader(): (text: string, where: Where) => Candidate {
  const timeOf = timeReader()
  return (text, { id, recordId, position, extras }) => {
    const [role, source, kind, happenedAt, updatedAt, title, firstName, lastName, ...more] = fieldsOf(text)
    const [suffix, company, email, emailKey, phones, isUnverified] = more
    return {
      id,
      recordId,
      position,
      role: role as Candidate['role'],
      source: source!,
      kind: kind as Candidate['kind'],
      happenedAt: timeOf(happenedAt!),
      updatedAt: timeOf(updatedAt!),
      title: title!,
      firstName: firstName!,
      lastName: lastName!,
      suffix: suffix!,
      company: company!,
      email: email!,
      emailKey: emailKey!,
      phones: phonesIn(phones!),
      extras,
      isUnverified: isUnverified === 't',
    }
  }
}

function phonesIn(list: string): string[] {
  if (list.length === 2) return []
  const phones = list.slice(1, -1)
  return phones.includes(',') ? phones.split(',') : [phones]
}

function extrasOf(extras: Candidate['extras']): string | null {
  if (extras === noExtras) return null
  const names = Object.keys(extras)
  if (names.length === 0) return null
  return names
    .toSorted()
    .map(name => `${name}=${extras[name]!.toSorted().join('|')}`)
    .join('&')
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const special = /[\\\t\n\r]/

function fieldOf(text: string | null): string {
  if (text === null) return '\\N'
  return special.test(text) ? text.replace(/[\\\t\n\r]/g, letter => escapes[letter]!) : text
}
