import { Migration } from '@mikro-orm/migrations'

/** Reminders, and the way to find who has an appointment soon. */
export class RemindersMigration extends Migration {
  override up(): void {
    this.addSql(`create table reminder (
      id uuid primary key, kind text not null, key text not null, record_id uuid null, profile_id uuid null, owner_id uuid null,
      handle text null, subject text not null, body text not null, starts_at timestamptz null, due_at timestamptz not null,
      state text not null default 'planned', because text null, message_id uuid null, made_by text not null,
      created_at timestamptz not null, changed_at timestamptz not null, constraint reminder_key unique (key))`)
    this.addSql(`create index reminder_due on reminder (due_at) where state = 'planned'`)
    this.addSql(`create index reminder_record on reminder (record_id)`)
    this.addSql(`create index reminder_profile on reminder (profile_id)`)
    this.addSql(
      `create index source_record_starts on source_record ((facts->>'startsAt')) where kind in ('booking', 'appointment')`,
    )
  }

  override down(): void {
    this.addSql(`drop index source_record_starts`)
    this.addSql(`drop table reminder`)
  }
}
