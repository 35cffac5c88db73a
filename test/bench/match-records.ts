import { newId, type Person, type PersonRole } from '@switchboard/core'
import type { Client } from 'pg'
import type { Source } from './people-mix.ts'
import type { PersonRow } from './people-rows.ts'
import { people, type PeopleAsk } from './people.ts'

/** Where the truth about a person of a record is found: "<external id>/<position>". */
export type TruthByPlace = Map<string, string>

const kinds: Readonly<Record<Source, string>> = {
  ...{ shopify: 'order', salestools: 'order', simplybookme: 'booking', appointjet: 'appointment', contacts: 'contact' },
}
const roles: Readonly<Record<Source, PersonRole>> = {
  ...{
    shopify: 'customer',
    salestools: 'customer',
    simplybookme: 'client',
    appointjet: 'primary',
    contacts: 'contact',
  },
}
const atOnce = 10_000
const seenAt = '2026-11-21T12:00:00Z'

/** Stores the generator's rows as records, as the sync would have: an appointment's partner is in the record of whom they came with. */
export async function storePeople(client: Client, ask: PeopleAsk): Promise<TruthByPlace> {
  const truth: TruthByPlace = new Map()
  const partners = new Map<string, PersonRow>()
  for (const row of people(ask)) if (row.partner_of !== '') partners.set(row.partner_of, row)
  let batch: object[] = []
  for (const row of people(ask)) {
    if (row.partner_of !== '') continue
    const partner = partners.get(row.id)
    truth.set(`${row.id}/0`, row.person)
    if (partner) truth.set(`${row.id}/1`, partner.person)
    const named = [personOf(row, roles[row.source]), ...(partner ? [personOf(partner, 'partner')] : [])]
    batch.push({ id: newId(), source: row.source, externalId: row.id, kind: kinds[row.source], people: named })
    if (batch.length < atOnce) continue
    await store(client, batch)
    batch = []
  }
  await store(client, batch)
  await client.query('analyze source_record')
  return truth
}

function personOf(row: PersonRow, role: PersonRole): Person {
  const names = { firstName: row.first_name || null, lastName: row.last_name || null, name: row.name || null }
  return { role, ...names, email: row.email || null, phones: row.phone === '' ? [] : [row.phone] }
}

async function store(client: Client, rows: readonly object[]): Promise<void> {
  await client.query(
    noting(`insert into source_record (id, source, external_id, kind, updated_at, people, facts, received_at)
    select id, source, "externalId", kind, $2, people, '{}', $2 from json_to_recordset($1::json)
      as row (id uuid, source text, "externalId" text, kind text, people jsonb)`),
    [JSON.stringify(rows), seenAt],
  )
}

/**
 * Changes so many records, chosen at random: every second gets another phone, the others are ordered once more by the same person.
 * They are dirty then, as after a webhook.
 */
export async function change(client: Client, count: number): Promise<void> {
  const { rows } = await client.query<{ id: string }>(`select id from source_record tablesample system_rows(${count})`)
  const ids = rows.map(({ id }) => id)
  const half = Math.ceil(count / 2)
  await client.query(
    noting(`update source_record set revision = nextval('source_revision'), updated_at = updated_at + interval '1 minute',
      people = jsonb_set(people, '{0,phones}', jsonb_build_array('04' || lpad((random() * 99999999)::int::text, 8, '1')))
    where id = any($1)`),
    [ids.slice(0, half)],
  )
  await client.query(
    noting(`insert into source_record (id, source, external_id, kind, updated_at, people, facts, received_at)
    select gen_random_uuid(), source, gen_random_uuid()::text, kind, updated_at, people, facts, received_at
    from source_record where id = any($1)`),
    [ids.slice(half)],
  )
}

/** A statement that changes records, and notes that they wait, as the sync does. */
function noting(changing: string): string {
  return `with changed as (${changing} returning id, revision)
    insert into source_dirty (record_id, revision) select id, revision from changed
    on conflict (record_id) do update set revision = excluded.revision`
}
