import { Migration } from '@mikro-orm/migrations'

/** Events kept for programs that read them, and how far each has read. */
export class EventLogMigration extends Migration {
  override up(): void {
    this.addSql(`create table event_log (
      position bigserial primary key, id uuid not null, name text not null, key text not null, data jsonb not null,
      at timestamptz not null, kept_at timestamptz not null)`)
    this.addSql(`alter table event_log add constraint event_log_event unique (id)`)
    this.addSql(`create index event_log_kept on event_log (kept_at)`)
    this.addSql(`create table event_consumer (
      name text primary key, position bigint not null, attempts int not null default 0, due_at timestamptz null,
      holder uuid null, held_until timestamptz null)`)
  }

  override down(): void {
    this.addSql(`drop table event_consumer`)
    this.addSql(`drop table event_log`)
  }
}
