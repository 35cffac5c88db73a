import { Migration } from '@mikro-orm/migrations'

/** Since when people are on, what a connection was let in by, and the answers to commands that may be sent again. */
export class GatewaySafetyMigration extends Migration {
  override up(): void {
    this.addSql(
      `alter table staff add column presence_since timestamptz null, add column connected_since timestamptz null`,
    )
    this.addSql(`alter table gateway_ticket add column grant_id text null, add column ends_at timestamptz null`)
    this.addSql(`alter table gateway_connection add column role text not null default 'agent'`)
    this.addSql(`create table gateway_answer (
      staff_id uuid not null, id text not null, scope uuid not null, type text not null, fingerprint text not null,
      call_id text null, device text not null, reply json null, at timestamptz not null, primary key (staff_id, id, scope))`)
    this.addSql(`create index gateway_answer_at on gateway_answer (at)`)
  }

  override down(): void {
    this.addSql(`drop table gateway_answer`)
    this.addSql(`alter table gateway_connection drop column role`)
    this.addSql(`alter table gateway_ticket drop column grant_id, drop column ends_at`)
    this.addSql(`alter table staff drop column presence_since, drop column connected_since`)
  }
}
