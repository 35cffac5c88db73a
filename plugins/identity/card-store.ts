import type { BookingFacts, OrderFacts, ProfileId, Tx } from '@switchboard/core'
import { sql, type RawBuilder } from 'kysely'

/** A profile that has a phone, and how much speaks for it. */
export interface Holder {
  profileId: ProfileId
  displayName: string
  recordCount: number
  /** The probability of the weakest link that holds the profile together. */
  confidence: number
  /** Records of theirs with this phone. */
  recordsOnPhone: number
  /** Records of anybody with this phone. */
  recordsOfAll: number
  /** How many other people have this phone. */
  sharers: number
  /** The phone is on so many records that only some were looked at: the counts are at least these. */
  isSampled: boolean
}

/** What happened lately with a person, and who is near them. */
export interface Recent {
  orders: RecentRow<OrderFacts>[]
  next: RecentRow<BookingFacts>[]
  last: RecentRow<BookingFacts>[]
  related: { profileId: ProfileId; displayName: string; shares: string }[]
}

/** A record's facts, with its source and when that told us, in ISO 8601. */
export interface RecentRow<Facts> {
  facts: Facts
  source: string
  asOf: string
}

/** A card must not wait for an internal account: no more records on one phone are looked at than this. */
const sampled = 2000

/** The profiles that have a key, the one with most records on it first, then the one seen on it last. At most six. */
export function loadHolders(tx: Tx, key: string): Promise<Holder[]> {
  return tx.sql<Holder>`with ${holdersOf(key)} select * from found order by nth`
}

/** The holders of a key, and what happened lately with the first of them: one question, for a phone rings meanwhile. */
export async function loadCard(tx: Tx, key: string, at: Date): Promise<Recent & { holders: Holder[] }> {
  const first = sql`(select "profileId" from found where nth = 1)`
  const [card] = await tx.sql<Recent & { holders: Holder[] }>`
    with ${holdersOf(key)}, ${recordsOf(first)}
    select (select coalesce(json_agg(found order by nth), '[]') from found) as holders, ${recentOf(first, at)}`
  return { holders: card!.holders, ...inIso(card!) }
}

/** The table `found`: the holders of a key, in their order. */
function holdersOf(key: string): RawBuilder<unknown> {
  return sql`
    k as materialized (select candidate_id from candidate_key where key = ${key} limit ${sampled}),
    holder as (
      select m.profile_id, count(distinct c.record_id)::int as records, max(c.updated_at) as latest
      from k join candidate c on c.id = k.candidate_id join profile_member m on m.candidate_id = c.id
      group by m.profile_id),
    found as materialized (
      select p.id as "profileId", p.display_name as "displayName", p.record_count as "recordCount", p.confidence,
        h.records as "recordsOnPhone", (sum(h.records) over ())::int as "recordsOfAll", (count(*) over ())::int - 1 as sharers,
        (select count(*) from k) = ${sampled} as "isSampled",
        row_number() over (order by h.records desc, h.latest desc, p.id) as nth
      from holder h join profile p on p.id = h.profile_id
      order by nth limit 6)`
}

/** The phones of those who were seen last. */
export async function loadLikely(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx.sql<{ phone: string }>`
    select phone from profile where merged_into is null and phone is not null order by last_seen_at desc limit ${limit}`
  return rows.map(({ phone }) => phone)
}

/** The last three orders, the next and the last booking, and who shares an email, a phone or a record with this person. */
export async function loadRecent(tx: Tx, profileId: ProfileId, at: Date): Promise<Recent> {
  const own = sql`${profileId}::uuid`
  const [recent] = await tx.sql<Recent>`with ${recordsOf(own)} select ${recentOf(own, at)}`
  return inIso(recent!)
}

/** The tables of a person: `own`, what they are in; `booking`; and `near`, who shares something with them. */
function recordsOf(profileId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    own as materialized (
      select c.id, c.record_id, c.kind, c.happened_at from profile_member m join candidate c on c.id = m.candidate_id
      where m.profile_id = ${profileId}),
    booking as (
      select r.id, r.facts, r.source, r.received_at, o.happened_at from (
        select distinct record_id, happened_at from own where kind in ('booking', 'appointment')) as o
      join source_record r on r.id = o.record_id),
    near as (
      select m.profile_id, split_part(k.key, ':', 1) as shares from (
        select distinct key from candidate_key where candidate_id in (select id from own limit 200) limit 20) as k
      cross join lateral (select candidate_id from candidate_key where candidate_key.key = k.key limit 200) as other
      join profile_member m on m.candidate_id = other.candidate_id
      union
      select m.profile_id, o.kind from (select * from own order by happened_at desc limit 200) as o
      join candidate c on c.record_id = o.record_id join profile_member m on m.candidate_id = c.id)`
}

/** The columns of `Recent`, over the tables of `recordsOf`. */
function recentOf(profileId: RawBuilder<unknown>, at: Date): RawBuilder<unknown> {
  return sql`
      (select coalesce(json_agg(json_build_object('facts', r.facts, 'source', r.source, 'asOf', r.received_at)
          order by o.happened_at desc, o.record_id), '[]')
        from (select distinct record_id, happened_at from own where kind = 'order'
          order by happened_at desc, record_id limit 3) as o join source_record r on r.id = o.record_id) as orders,
      (select coalesce(json_agg(one), '[]') from (select facts, source, received_at as "asOf" from booking
          where happened_at >= ${at} and facts->>'status' !~* 'cancel' order by happened_at, id limit 1) as one) as next,
      (select coalesce(json_agg(one), '[]') from (select facts, source, received_at as "asOf" from booking
          where happened_at < ${at} order by happened_at desc, id limit 1) as one) as last,
      (select coalesce(json_agg(json_build_object('profileId', p.id, 'displayName', p.display_name, 'shares', near.shares)
          order by near.shares, p.id), '[]')
        from (select * from near where profile_id <> ${profileId} order by profile_id, shares limit 20) as near
          join profile p on p.id = near.profile_id) as related`
}

function inIso({ orders, next, last, related }: Recent): Recent {
  return { orders: orders.map(rowInIso), next: next.map(rowInIso), last: last.map(rowInIso), related }
}

function rowInIso<Facts>(row: RecentRow<Facts>): RecentRow<Facts> {
  return { ...row, asOf: new Date(row.asOf).toISOString() }
}
