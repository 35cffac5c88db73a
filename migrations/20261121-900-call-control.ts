import { Migration } from '@mikro-orm/migrations'

/** What is done to a call while it goes on: hold, mute, transfers, recording, third parties; and callers who wait for somebody to be free. */
export class CallControlMigration extends Migration {
  override up(): void {
    this.addSql(`alter table call add column recorded text not null default 'off', add column transfer jsonb null,
      add column queued_at timestamptz null`)
    this.addSql(`create index call_queued on call (queued_at) where queued_at is not null and ended_at is null`)
    this.addSql(`alter table call_leg add column phone text null, add column part text not null default 'talk',
      add column is_held boolean not null default false, add column is_muted boolean not null default false`)
  }

  override down(): void {
    this.addSql(`drop index call_queued`)
    this.addSql(`alter table call drop column recorded, drop column transfer, drop column queued_at`)
    this.addSql(`alter table call_leg drop column phone, drop column part, drop column is_held, drop column is_muted`)
  }
}
