import { Migration } from '@mikro-orm/migrations'

/** What a call leaves behind: promises to call back, messages that were left, notes; and the log of outgoing webhooks. */
export class PromisesMigration extends Migration {
  override up(): void {
    this.addSql(`create table call_promise (
      id uuid primary key, number text not null, reason text not null, asked int not null, call_id uuid not null,
      last_call_id uuid not null, line text not null, owner_id uuid null, waits_since timestamptz not null,
      due_at timestamptz not null, opened_at timestamptz not null, changed_at timestamptz not null,
      closed_at timestamptz null, closed_because text null)`)
    this.addSql(`create unique index call_promise_open on call_promise (number) where closed_at is null`)
    this.addSql(`create index call_promise_call on call_promise (last_call_id)`)
    this.addSql(`create table voicemail (
      id uuid primary key, call_id uuid not null, number text null, line text not null, owner_id uuid null,
      vendor_id text not null, duration_seconds int null, left_at timestamptz not null, blob_key text null,
      content_type text null, size int null, fetched_at timestamptz null, fetch_error text null, transcript text null,
      is_done boolean not null default false, done_at timestamptz null, done_by text null)`)
    this.addSql(`create unique index voicemail_call on voicemail (call_id)`)
    this.addSql(`create index voicemail_open on voicemail (id) where not is_done`)
    this.addSql(`create index voicemail_unfetched on voicemail (id) where fetched_at is null`)
    this.addSql(`create table call_note (
      id uuid primary key, call_id uuid not null, kind text not null, code text null, text text null,
      profile_id uuid null, staff_id uuid null, author text not null, at timestamptz not null)`)
    this.addSql(`create index call_note_call on call_note (call_id)`)
    this.addSql(`create table webhook_delivery (
      id uuid primary key, endpoint text not null, event text not null, body text not null, made_at timestamptz not null,
      attempts int not null default 0, tried_at timestamptz null, status int null, error text null,
      delivered_at timestamptz null, dead_at timestamptz null)`)
    this.addSql(`create index webhook_delivery_made on webhook_delivery (made_at)`)
  }

  override down(): void {
    this.addSql(`drop table webhook_delivery`)
    this.addSql(`drop table call_note`)
    this.addSql(`drop table voicemail`)
    this.addSql(`drop table call_promise`)
  }
}
