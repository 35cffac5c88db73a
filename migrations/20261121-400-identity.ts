import { Migration } from '@mikro-orm/migrations'

/** Who is who: candidates, profiles, what holds them together. */
export class IdentityMigration extends Migration {
  override up(): void {
    this.addSql(`create table candidate (
      id uuid primary key, record_id uuid not null, position int not null, role text not null, source text not null,
      kind text not null, happened_at timestamptz not null, updated_at timestamptz not null, title text null,
      first_name text null, last_name text null, suffix text null, company text null, email text null, email_key text null,
      phones text[] not null, signature text not null, parked_because text null)`)
    this.addSql(`create unique index candidate_place on candidate (record_id, position)`)
    this.addSql(`create index candidate_signature on candidate (signature)`)

    this.addSql(
      `create table candidate_key (key text not null, candidate_id uuid not null, primary key (key, candidate_id))`,
    )
    this.addSql(`create index candidate_key_candidate on candidate_key (candidate_id)`)

    this.addSql(`create table profile (
      id uuid primary key, display_name text not null, first_name text null, last_name text null, name_key text not null,
      last_name_key text not null, email text null, phone text null, emails text[] not null, phones text[] not null,
      record_count int not null, confidence double precision not null, digest text not null, last_seen_at timestamptz not null,
      created_at timestamptz not null, updated_at timestamptz not null, merged_into uuid null)`)
    this.addSql(`create index profile_merged on profile (merged_into) where merged_into is not null`)
    this.addSql(`create index profile_name on profile (name_key text_pattern_ops) where merged_into is null`)
    this.addSql(`create index profile_last_name on profile (last_name_key text_pattern_ops) where merged_into is null`)

    this.addSql(`create table profile_member (
      candidate_id uuid primary key, profile_id uuid not null, because text not null, weight double precision null)`)
    this.addSql(`create index profile_member_profile on profile_member (profile_id)`)

    this.addSql(`create table profile_edge (
      profile_id uuid not null, a text not null, b text not null, weight double precision not null, levels jsonb not null,
      primary key (profile_id, a, b))`)

    this.addSql(`create table profile_history (
      id uuid primary key, name text not null, profile_id uuid null, data jsonb not null, at timestamptz not null,
      is_told boolean not null default false)`)
    this.addSql(`create index profile_history_profile on profile_history (profile_id, id)`)
    this.addSql(`create index profile_history_untold on profile_history (id) where not is_told`)

    this.addSql(`create table identity_state (name text primary key, value text not null)`)
  }

  override down(): void {
    this.addSql(
      `drop table identity_state, profile_history, profile_edge, profile_member, profile, candidate_key, candidate`,
    )
  }
}
