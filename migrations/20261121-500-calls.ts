import { Migration } from '@mikro-orm/migrations'

/** Calls, their legs, and their trail. */
export class CallsMigration extends Migration {
  override up(): void {
    this.addSql(`create table call (
      id uuid primary key, adapter text not null, direction text not null, state jsonb not null, caller_from text null,
      line_to text not null, profile_id uuid null, accepted_by uuid null, recording jsonb null,
      created_at timestamptz not null, entered_at timestamptz not null, answered_at timestamptz null,
      ended_at timestamptz null, outcome text null, due_at timestamptz null, due_for text null, version int not null,
      last_seq int not null, inspected_at timestamptz null)`)
    this.addSql(`create index call_due on call (due_at) where due_at is not null`)
    this.addSql(`create index call_live on call (id) where ended_at is null`)

    this.addSql(`create table call_leg (
      id uuid primary key, call_id uuid not null, role text not null, staff_id uuid null, name text not null,
      vendor_id text null, status text not null, sequence int null, in_conference boolean not null,
      conference jsonb null, told text null, turn int not null, is_ending boolean not null, has_spoken boolean not null,
      reason text null, changed_at timestamptz not null, ended_at timestamptz null)`)
    this.addSql(`alter table call_leg add constraint call_leg_vendor unique (vendor_id)`)
    this.addSql(`create index call_leg_call on call_leg (call_id)`)
    this.addSql(`create index call_leg_live on call_leg (call_id) where ended_at is null`)
    this.addSql(`create index call_leg_staff on call_leg (staff_id) where ended_at is null`)

    this.addSql(`create table call_event (
      call_id uuid not null, seq int not null, at timestamptz not null, event text not null, from_state text not null,
      to_state text not null, because text not null, data jsonb not null, primary key (call_id, seq))`)
  }

  override down(): void {
    this.addSql(`drop table call_event, call_leg, call`)
  }
}
