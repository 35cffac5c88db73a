import { Migration } from '@mikro-orm/migrations'

/** What the gateway keeps: tickets, each staff member's count and frames, and who is connected where. */
export class GatewayMigration extends Migration {
  override up(): void {
    this.addSql(`create table gateway_ticket (
      hash text primary key, staff_id uuid not null, expires_at timestamptz not null)`)
    this.addSql(`create table gateway_seq (
      staff_id uuid primary key, epoch uuid not null, seq int not null default 0, pruned_to int not null default 0)`)
    this.addSql(`create table gateway_frame (
      staff_id uuid not null, seq int not null, type text not null, data json not null, at timestamptz not null,
      primary key (staff_id, seq))`)
    this.addSql(`create table gateway_hub (id uuid primary key, alive_until timestamptz not null)`)
    this.addSql(`create table gateway_connection (
      id uuid primary key, staff_id uuid not null, hub_id uuid not null, opened_at timestamptz not null,
      gone_at timestamptz null)`)
    this.addSql(`create index gateway_connection_staff on gateway_connection (staff_id)`)
  }

  override down(): void {
    this.addSql(`drop table gateway_connection, gateway_hub, gateway_frame, gateway_seq, gateway_ticket`)
  }
}
