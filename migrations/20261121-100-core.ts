import { Migration } from '@mikro-orm/migrations'

/** What the core keeps: deliveries, commands and events, cursors, leases, records. */
export class CoreMigration extends Migration {
  override up(): void {
    this.addSql(`create table inbox (
      id uuid primary key, adapter text not null, channel text not null, port text not null, delivery_id text not null,
      method text not null, url text not null, headers jsonb not null, body bytea not null, received_at timestamptz not null,
      attempts int not null default 0, due_at timestamptz not null, leased_until timestamptz null, done_at timestamptz null,
      dead_at timestamptz null, error text null)`)
    this.addSql(`create unique index inbox_delivery on inbox (adapter, delivery_id)`)
    this.addSql(`create index inbox_due on inbox (due_at) where done_at is null and dead_at is null`)

    this.addSql(`create table outbox (
      id uuid primary key, kind text not null, topic text not null, subscriber text not null, key text not null,
      data jsonb not null, made_at timestamptz not null, attempts int not null default 0, due_at timestamptz not null,
      leased_until timestamptz null, done_at timestamptz null, dead_at timestamptz null, error text null)`)
    this.addSql(`create index outbox_due on outbox (due_at) where done_at is null and dead_at is null`)
    this.addSql(`create index outbox_key on outbox (subscriber, key, id) where done_at is null and dead_at is null`)

    this.addSql(`create table cursor (name text primary key, value text not null, moved_at timestamptz not null)`)
    this.addSql(`create table lease (
      name text primary key, holder text not null, fence bigint not null, held_until timestamptz not null)`)

    this.addSql(`create sequence source_revision`)
    this.addSql(`create table source_record (
      id uuid primary key, source text not null, external_id text not null, kind text not null, version bigint null,
      updated_at timestamptz not null, deleted_at timestamptz null, people jsonb not null, facts jsonb not null,
      received_at timestamptz not null, revision bigint not null default nextval('source_revision'),
      is_dirty boolean not null default true)`)
    this.addSql(`create unique index source_record_external on source_record (source, external_id)`)
    this.addSql(`create index source_record_dirty on source_record (id) where is_dirty`)
    this.addSql(`create table source_unreadable (
      id uuid primary key, source text not null, external_id text null, error text not null, "row" jsonb not null,
      seen_at timestamptz not null)`)
    this.addSql(`create index source_unreadable_source on source_unreadable (source, seen_at)`)

    this.addSql(`create table idempotency_key (
      principal text not null, key text not null, fingerprint text not null, status int null, body text null,
      made_at timestamptz not null, primary key (principal, key))`)
  }

  override down(): void {
    this.addSql(`drop table idempotency_key, source_unreadable, source_record, lease, cursor, outbox, inbox`)
    this.addSql(`drop sequence source_revision`)
  }
}
