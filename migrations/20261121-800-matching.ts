import { Migration } from '@mikro-orm/migrations'

/** What matching has learned, whom it kept apart and why, contacts that tell nobody apart, and who is near whom. */
export class MatchingMigration extends Migration {
  override up(): void {
    this.addSql(`alter table candidate
      add column extras jsonb null, add column is_unverified boolean not null default false`)

    this.addSql(`create table match_model (
      version text primary key, fingerprint text not null, parameters jsonb not null, records int not null,
      made_at timestamptz not null, is_current boolean not null)`)
    this.addSql(`create unique index match_model_current on match_model (is_current) where is_current`)

    this.addSql(`create table generic_key (
      key text primary key, field text not null, signatures int not null, state text not null, since timestamptz not null,
      decided_by text null, decided_at timestamptz null)`)

    this.addSql(`create table profile_merge_rejection (
      a text not null, b text not null, model text not null, evidence text not null, score double precision not null,
      because text not null, flips text not null, at timestamptz not null, primary key (a, b, model, evidence))`)

    this.addSql(`create table profile_relation (
      profile_a uuid not null, profile_b uuid not null, via text not null, kind text not null,
      primary key (profile_a, profile_b, via))`)
    this.addSql(`create index profile_relation_b on profile_relation (profile_b)`)

    this.addSql(`create table match_touch (id bigserial primary key, candidates uuid[] not null)`)
  }

  override down(): void {
    this.addSql(`drop table match_touch, profile_relation, profile_merge_rejection, generic_key, match_model`)
    this.addSql(`alter table candidate drop column extras, drop column is_unverified`)
  }
}
