import { Migration } from '@mikro-orm/migrations'

/** What is known of each source as a whole, what somebody has to see to, and values that adapters keep. */
export class SourcesMigration extends Migration {
  override up(): void {
    this.addSql(`alter table source_record
      add column missing int not null default 0, add column redacted_at timestamptz null`)
    this.addSql(`create table source_state (
      name text primary key, started_at timestamptz null, started_from text null, succeeded_at timestamptz null,
      complete_to timestamptz null, pages int not null default 0, rows int not null default 0, changed int not null default 0,
      unreadable int not null default 0, total int null, took_ms int null, error text null, error_at timestamptz null,
      newest_at timestamptz null, webhook_at timestamptz null, unannounced int not null default 0,
      unannounced_pulls int not null default 0, skew_ms int null, asked_at timestamptz null)`)
    this.addSql(`create table alert (
      part text not null, key text not null, message text not null, raised_at timestamptz not null,
      seen_at timestamptz not null, cleared_at timestamptz null, primary key (part, key))`)
    this.addSql(`create table vault (
      adapter text not null, key text not null, value jsonb not null, changed_at timestamptz not null,
      primary key (adapter, key))`)
  }

  override down(): void {
    this.addSql(`drop table vault, alert, source_state`)
    this.addSql(`alter table source_record drop column missing, drop column redacted_at`)
  }
}
