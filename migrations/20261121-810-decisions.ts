import { Migration } from '@mikro-orm/migrations'

/** What people decided about who is who, what they are asked, and who changed what. */
export class DecisionsMigration extends Migration {
  override up(): void {
    this.addSql(`create table audit (
      id uuid primary key, at timestamptz not null, by text not null, by_name text not null, what text not null,
      target text not null, before jsonb null, after jsonb null, reason text null)`)
    this.addSql(`create index audit_target on audit (target, id)`)
    this.addSql(`create index audit_by on audit (by, id)`)
    this.addSql(`create index audit_what on audit (what, id)`)
    this.addSql(`create function audit_append_only_fn() returns trigger as $$
      begin raise exception 'the audit log is only ever added to'; end; $$ language plpgsql`)
    this.addSql(`create trigger append_only before delete or update on audit
      for each statement execute function audit_append_only_fn()`)

    this.addSql(`create table decision (
      id uuid primary key, kind text not null, by text not null, reason text null, at timestamptz not null,
      lifted_at timestamptz null)`)
    this.addSql(`create table decision_side (
      decision_id uuid not null, record_id uuid not null, position int not null, side int not null, place int not null,
      signature text not null, primary key (decision_id, record_id, position))`)
    this.addSql(`create index decision_side_person on decision_side (record_id, position)`)

    this.addSql(`create table review (
      id uuid primary key, kind text not null, key text not null, a_record_id uuid not null, a_position int not null,
      b_record_id uuid not null, b_position int not null, because text not null, weight double precision null,
      pattern text not null, levels jsonb not null, records int not null, gain double precision not null, by text null,
      opened_at timestamptz not null, closed_at timestamptz null, answer text null, answered_by text null, reason text null,
      decision_id uuid null)`)
    this.addSql(`create unique index review_key on review (key)`)
    this.addSql(`create index review_open on review (gain desc, id) where closed_at is null`)
    this.addSql(`create index review_pattern on review (pattern) where closed_at is null`)

    this.addSql(`alter table profile_history
      add column by text null, add column reason text null, add column undo jsonb null`)
  }

  override down(): void {
    this.addSql(`alter table profile_history drop column by, drop column reason, drop column undo`)
    this.addSql(`drop table review, decision_side, decision, audit`)
    this.addSql(`drop function audit_append_only_fn`)
  }
}
