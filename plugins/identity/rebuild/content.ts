import { hashText } from '../engine/hash.ts'
import type { Candidate } from '../pipeline/candidate.ts'

/** What a stored candidate `c` says, as the columns of a COPY; {@link contentOf} says the same of one that was just read. */
export const storedContent = `c.role, c.source, c.kind, (extract(epoch from c.happened_at) * 1000)::bigint,
  (extract(epoch from c.updated_at) * 1000)::bigint, c.title, c.first_name, c.last_name, c.suffix, c.company, c.email, c.email_key,
  array_to_string(c.phones, ','), c.is_unverified, (select string_agg(e.key || '=' || (select string_agg(v, '|' order by v)
    from jsonb_array_elements_text(e.value) v), '&' order by e.key) from jsonb_each(nullif(c.extras, '{}')) e)`

/** A number for what a candidate says; of two that say different things it is the same once in many millions. */
export function contentOf(candidate: Omit<Candidate, 'id'>): number {
  const { role, source, kind, happenedAt, updatedAt, title, firstName, lastName, suffix, company } = candidate
  const { email, emailKey, phones, isUnverified, extras } = candidate
  const said = [
    role,
    source,
    kind,
    String(happenedAt.getTime()),
    String(updatedAt.getTime()),
    title,
    firstName,
    lastName,
  ]
  said.push(suffix, company, email, emailKey, phones.join(','), isUnverified ? 't' : 'f', extrasOf(extras))
  return hashText(said.map(fieldOf).join('\t'))
}

function extrasOf(extras: Candidate['extras']): string | null {
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
