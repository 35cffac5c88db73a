import { Migration } from '@mikro-orm/migrations'

/** How calls are routed: versioned settings, whose turn it is, whose a person is, and finding who spoke with a caller before. */
export class RoutingMigration extends Migration {
  override up(): void {
    this.addSql(`create table routing_settings (version int primary key, settings jsonb not null, before jsonb null,
      changed_by text not null, staff_id uuid null, changed_at timestamptz not null, reason text null)`)
    this.addSql(`create table routing_turn (team text primary key, staff_id uuid not null, at timestamptz not null)`)
    this.addSql(`create table call_assignment (profile_id uuid primary key, staff_id uuid not null,
      assigned_by text not null, assigned_at timestamptz not null)`)
    this.addSql(`create index call_from on call (caller_from, id)`)
    this.addSql(`create index call_profile on call (profile_id, id) where profile_id is not null`)
  }

  override down(): void {
    this.addSql(`drop index call_from`)
    this.addSql(`drop index call_profile`)
    this.addSql(`drop table routing_settings`)
    this.addSql(`drop table routing_turn`)
    this.addSql(`drop table call_assignment`)
  }
}
