import { sql, type RawBuilder } from 'kysely'
import type { PersonKeys, Redaction } from '../model/record.ts'
import type { Tx } from '../ports/store.ts'
import { notingDirty } from './dirty.ts'

/** A redaction of one source. */
export interface Redacting {
  source: string
  redaction: Redaction
  now: Date
}

/**
 * Erases what we hold of people from one source: they leave its records (contacts go altogether), the rows that could not be read, and the
 * bodies of deliveries we keep. Older news about a redacted record does not bring them back.
 * @returns the external ids of the records they were in
 */
export async function redact(tx: Tx, redacting: Redacting): Promise<string[]> {
  const { redaction } = redacting
  return redaction.redact === 'all' ? redactAll(tx, redacting) : redactPeople(tx, redacting, redaction.redact)
}

async function redactAll(tx: Tx, { source, redaction, now }: Redacting): Promise<string[]> {
  await tx.sql`delete from source_unreadable where source = ${source}`
  await tx.sql`update inbox set body = '' where adapter = ${source}`
  const erasing = sql`
    update source_record set people = '[]', ${erased(now)}, deleted_at = coalesce(deleted_at, ${now}),
      facts = case when kind = 'contact' then '{}' else facts end,
      redacted_at = greatest(updated_at, ${redaction.at})
    where source = ${source}`
  const rows = await tx.run(notingDirty(erasing))
  return rows.map(row => row.external_id)
}

async function redactPeople(
  tx: Tx,
  { source, redaction, now }: Redacting,
  { people, externalIds }: Exclude<Redaction['redact'], 'all'>,
): Promise<string[]> {
  const isMeant = isPerson(people)
  await forgetTexts(tx, source, [...people.emails, ...people.externalIds, ...externalIds].flatMap(spellings))
  const erasing = sql`
    update source_record set ${erased(now)}, redacted_at = greatest(updated_at, ${redaction.at}),
      people = case when external_id = any(${externalIds}) then '[]' else coalesce((
        select jsonb_agg(person) from jsonb_array_elements(people) person where not ${isMeant}), '[]') end,
      facts = case when kind = 'contact' then '{}' else facts end,
      deleted_at = case when kind = 'contact' then coalesce(deleted_at, ${now}) else deleted_at end
    where source = ${source} and (external_id = any(${externalIds})
      or exists (select from jsonb_array_elements(people) person where ${isMeant}))`
  const rows = await tx.run(notingDirty(erasing))
  return rows.map(row => row.external_id)
}

function erased(now: Date): RawBuilder<unknown> {
  return sql`received_at = ${now}, revision = nextval('source_revision')`
}

/** Whether `person` is named by any key: ids and emails to the letter but for case, phones by their last nine digits. */
function isPerson({ externalIds, emails, phones }: PersonKeys): RawBuilder<unknown> {
  const lower = emails.map(email => email.trim().toLowerCase())
  const digits = phones.map(lastDigits).filter(text => text.length >= 6)
  return sql`coalesce(person->>'externalId' = any(${externalIds})
    or lower(trim(person->>'email')) = any(${lower})
    or exists (select from jsonb_array_elements_text(coalesce(person->'phones', '[]')) phone
      where right(regexp_replace(phone, '[^0-9]', '', 'g'), 9) = any(${digits})), false)`
}

function lastDigits(phone: string): string {
  return phone.replaceAll(/\D/g, '').slice(-9)
}

/** Deletes unreadable rows, and empties deliveries, that hold any of these texts. The redacting delivery itself is one of them. */
async function forgetTexts(tx: Tx, source: string, texts: string[]): Promise<void> {
  const sought = texts.map(text => `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`)
  await tx.sql`delete from source_unreadable where source = ${source} and lower("row"::text) like any(${sought})`
  await tx.sql`update inbox set body = ''
    where adapter = ${source} and done_at is not null and lower(encode(body, 'escape')) like any(${sought})`
}

/** A vendor's global id is spelled out in its API and a plain number in its webhooks. */
function spellings(text: string): string[] {
  const number = /\/(\d{4,})$/.exec(text)?.[1]
  return text.length < 4 ? [] : number ? [text, number] : [text]
}
