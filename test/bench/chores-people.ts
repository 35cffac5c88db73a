import pg from 'pg'

/** The phone of a person of the bench, by their number. */
export function phoneOf(n: number): string {
  return `+614${12_345_678 + 37 * n}`
}

/** Tables with so many profiles in them: an order for each, a booking for one in five, and one phone in ten is shared by two. */
export async function fillWithPeople(databaseUrl: string, people: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set synchronous_commit = off')
    for (let from = 0; from < people; from += atOnce)
      for (const statement of statements) await client.query(statement, [from, Math.min(people, from + atOnce) - 1])
    await client.query('vacuum analyze source_record, candidate, candidate_key, profile, profile_member')
    // What filling left to be written to the disk would go on beside what is measured.
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

const atOnce = 50_000
const id = (kind: number, n: string): string => `('${kind}' || lpad(to_hex(${n}), 31, '0'))::uuid`
const phone = `'+614' || (12345678 + 37 * (case when n % 10 = 9 then n - 1 else n end))`
/** Two records for one person in five: an order, and a booking. */
const records = `generate_series($1::int, $2::int) as n cross join lateral (
  values (3, 'order'), (4, 'booking')) as r (which, kind) where kind = 'order' or n % 5 = 0`
const at = `(timestamptz '2026-11-01' - n % 1000 * interval '1 hour')`

const statements = [
  `insert into source_record (id, source, external_id, kind, updated_at, people, facts, received_at)
    select ${id(3, 'n * 8 + which')}, 'bench', kind || n, kind, ${at}, '[]', jsonb_build_object('title', 'A fitting', 'number', '#' || n,
      'total', jsonb_build_object('amount', 12000, 'currency', 'AUD'), 'status', 'confirmed',
      'startsAt', to_char(${at}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), ${at} from ${records}`,
  `insert into candidate (id, record_id, position, role, source, kind, happened_at, updated_at, first_name, last_name, email, phones, signature)
    select ${id(2, 'n * 8 + which')}, ${id(3, 'n * 8 + which')}, 0, 'primary', 'bench', kind, ${at}, ${at}, 'Mia', 'Name' || n,
      'mia' || n || '@example.com', array[${phone}], 's' || n from ${records}`,
  `insert into candidate_key (key, candidate_id) select key, ${id(2, 'n * 8 + which')} from ${records.replace(
    ') as r (which, kind) where',
    `) as r (which, kind)
      cross join lateral (values ('phone:' || ${phone}), ('email:mia' || n || '@example.com')) as k (key) where`,
  )}`,
  `insert into profile (id, display_name, first_name, last_name, name_key, last_name_key, email, phone, emails, phones, record_count,
      confidence, digest, last_seen_at, created_at, updated_at)
    select ${id(1, 'n')}, 'Mia Name' || n, 'Mia', 'Name' || n, 'mia name' || n, 'name' || n, 'mia' || n || '@example.com', ${phone},
      array['mia' || n || '@example.com'], array[${phone}], 1, 1, 'd' || n, ${at}, ${at}, ${at} from generate_series($1::int, $2::int) as n`,
  `insert into profile_member (candidate_id, profile_id, because) select ${id(2, 'n * 8 + which')}, ${id(1, 'n')}, 'bench' from ${records}`,
]
