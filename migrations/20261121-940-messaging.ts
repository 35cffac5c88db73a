import { Migration } from '@mikro-orm/migrations'

/** Conversations by text and email, what was said in them, what vendors told, and who does not want to be written to. */
export class MessagingMigration extends Migration {
  override up(): void {
    this.addSql(`create table thread (
      id uuid primary key, vendor text not null, key text not null, kind text not null, conversation_id text null, line text null,
      handle text null, handle_name text null, subject text null, profile_id uuid null, attached text not null default 'nobody',
      owner_id uuid null, unread int not null default 0, last_at timestamptz not null, last_text text not null default '',
      last_direction text not null, last_inbound_at timestamptz null, merged_into uuid null, created_at timestamptz not null,
      changed_at timestamptz not null, constraint thread_key unique (vendor, key))`)
    this.addSql(`create index thread_profile on thread (profile_id, last_at)`)
    this.addSql(`create index thread_handle on thread (handle)`)
    this.addSql(`create index thread_last on thread (last_at, id)`)
    this.addSql(`create index thread_unread on thread (last_at) where unread > 0`)
    this.addSql(`create table message (
      id uuid primary key, thread_id uuid not null, vendor text not null, external_id text null, send_key text null, kind text not null,
      direction text not null, sender jsonb null, recipients jsonb not null, subject text null, body text not null, media jsonb not null,
      status text not null, trouble jsonb null, at timestamptz not null, staff_id uuid null, author text null,
      tried_at timestamptz null, made_at timestamptz not null)`)
    this.addSql(`create index message_thread on message (thread_id, at, id)`)
    this.addSql(`create unique index message_external on message (vendor, external_id) where external_id is not null`)
    this.addSql(`create unique index message_key on message (send_key) where send_key is not null`)
    this.addSql(
      `create index message_words on message using gin (to_tsvector('simple', coalesce(subject, '') || ' ' || body))`,
    )
    this.addSql(`create table message_event (
      vendor text not null, event_id text not null, type text not null, at timestamptz not null, webhook_at timestamptz null,
      read_at timestamptz null, primary key (vendor, event_id))`)
    this.addSql(`create index message_event_kind on message_event (vendor, type, at)`)
    this.addSql(`create table message_consent (
      vendor text not null, handle text not null, line text not null, is_wanted boolean not null, because text not null,
      at timestamptz not null, primary key (vendor, handle, line))`)
  }

  override down(): void {
    for (const table of ['message_consent', 'message_event', 'message', 'thread']) this.addSql(`drop table ${table}`)
  }
}
