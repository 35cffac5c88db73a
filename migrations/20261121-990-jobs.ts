import { Migration } from '@mikro-orm/migrations'

/** Turns, runs and pauses of jobs. */
export class JobsMigration extends Migration {
  override up(): void {
    this.addSql(`create table job (
      name text primary key, fence bigint not null, holder uuid null, held_until timestamptz null,
      last_success_at timestamptz null, failures int not null default 0,
      paused_at timestamptz null, paused_by text null, paused_because text null)`)
    this.addSql(`create table job_run (
      id uuid primary key, name text not null, fence bigint not null, cause text not null, attempt int not null,
      data jsonb not null, started_at timestamptz not null, finished_at timestamptz null, outcome text null,
      error text null, result jsonb null)`)
    this.addSql(`create index job_run_name on job_run (name, id)`)
  }

  override down(): void {
    this.addSql(`drop table job_run`)
    this.addSql(`drop table job`)
  }
}
