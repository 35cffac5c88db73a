import { Migration } from '@mikro-orm/migrations'

/** Numbers nobody wants to hear from, those that are heard all the same, and the account's own lines. */
export class NumbersMigration extends Migration {
  override up(): void {
    this.addSql(`create table blocked_number (
      number text not null, list text not null, reason text not null, until timestamptz null, added_by text not null,
      added_at timestamptz not null, seen_at timestamptz not null, primary key (number, list))`)
    this.addSql(`create table allowed_number (
      number text primary key, reason text not null, added_by text not null, added_at timestamptz not null)`)
    this.addSql(`create table line (
      vendor_id text primary key, number text not null, name text null, takes jsonb not null, drift jsonb not null,
      mended_at timestamptz null, seen_at timestamptz not null, gone_at timestamptz null)`)
  }

  override down(): void {
    for (const table of ['line', 'allowed_number', 'blocked_number']) this.addSql(`drop table ${table}`)
  }
}
