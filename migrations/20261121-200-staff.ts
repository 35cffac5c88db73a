import { Migration } from '@mikro-orm/migrations'

/** The people who answer, and whether they can now. */
export class StaffMigration extends Migration {
  override up(): void {
    this.addSql(`create table staff (
      id uuid primary key, email text not null, name text not null, role text not null, is_active boolean not null default true,
      presence text null, clients int not null default 0, call_id uuid null, claimed_at timestamptz null,
      wrapup_until timestamptz null, last_call_at timestamptz null, created_at timestamptz not null,
      updated_at timestamptz not null, version int not null default 1,
      constraint staff_email_lower check (email = lower(email)),
      constraint staff_role_known check (role in ('viewer', 'agent', 'manager', 'admin')),
      constraint staff_presence_known check (presence in ('available', 'busy', 'away', 'dnd')),
      constraint staff_clients_counted check (clients >= 0))`)
    this.addSql(`create unique index staff_email on staff (email)`)
    this.addSql(`create index staff_call on staff (call_id) where call_id is not null`)
    this.addSql(`create index staff_wrapup on staff (wrapup_until) where wrapup_until is not null`)
  }

  override down(): void {
    this.addSql(`drop table staff`)
  }
}
