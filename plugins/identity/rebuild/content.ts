import type { Candidate } from '../pipeline/candidate.ts'
import { noExtras } from '../pipeline/clean.ts'
import { fieldsOf } from './read-copy.ts'

/** What a stored candidate `c` says, as the columns of a COPY; {@link contentOf} says the same of one that was just read, and a number of each is compared. */
export const storedContent = `c.role, c.source, c.kind, (extract(epoch from c.happened_at) * 1000)::bigint,
  (extract(epoch from c.updated_at) * 1000)::bigint, c.title, c.first_name, c.last_name, c.suffix, c.company, c.email, c.email_key,
  array_to_string(c.phones, ','), c.is_unverified, (select string_agg(e.key || '=' || (select string_agg(v, '|' order by v)
    from jsonb_array_elements_text(e.value) v), '&' order by e.key) from jsonb_each(nullif(c.extras, '{}')) e)`

/** What a candidate says, as one text; its extras come last. */
export function contentOf(candidate: Omit<Candidate, 'id'>): string {
  const { role, source, kind, happenedAt, updatedAt, title, firstName, lastName, suffix, company } = candidate
  const { email, emailKey, phones, isUnverified, extras } = candidate
  const about = `${fieldOf(role)}\t${fieldOf(source)}\t${fieldOf(kind)}\t${happenedAt.getTime()}\t${updatedAt.getTime()}`
  const named = `${fieldOf(title)}\t${fieldOf(firstName)}\t${fieldOf(lastName)}\t${fieldOf(suffix)}\t${fieldOf(company)}`
  const reached = `${fieldOf(email)}\t${fieldOf(emailKey)}\t${fieldOf(phones.length === 1 ? phones[0]! : phones.join(','))}`
  return `${about}\t${named}\t${reached}\t${isUnverified ? 't' : 'f'}\t${fieldOf(extrasOf(extras))}`
}

/** The candidate of whom the text of {@link contentOf} is, which says all but where it is from and the extras. */
export function readContent(
  text: string,
  { id, recordId, position, extras }: Pick<Candidate, 'id' | 'recordId' | 'position' | 'extras'>,
): Candidate {
  const [role, source, kind, happenedAt, updatedAt, title, firstName, lastName, ...more] = fieldsOf(text)
  const [suffix, company, email, emailKey, phones, isUnverified] = more
  const updated = new Date(Number(updatedAt))
  return {
    id,
    recordId,
    position,
    role: role as Candidate['role'],
    source: source!,
    kind: kind as Candidate['kind'],
    happenedAt: happenedAt === updatedAt ? updated : new Date(Number(happenedAt)),
    updatedAt: updated,
    title: title!,
    firstName: firstName!,
    lastName: lastName!,
    suffix: suffix!,
    company: company!,
    email: email!,
    emailKey: emailKey!,
    phones: phones ? phones.split(',') : [],
    extras,
    isUnverified: isUnverified === 't',
  }
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

function fieldOf(text: string | null): string {
  if (text === null) return '\\N'
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, letter => escapes[letter]!) : text
}
