import { Migration } from '@mikro-orm/migrations'

/** How people sign in, and the keys of programs. */
export class AccessMigration extends Migration {
  override up(): void {
    this.addSql(`create table credential (
      staff_id uuid primary key, password_hash text not null, changed_at timestamptz not null)`)
    this.addSql(`create table session (
      id uuid primary key, family uuid not null, staff_id uuid not null, token_hash text not null,
      created_at timestamptz not null, expires_at timestamptz not null, rotated_at timestamptz null,
      revoked_at timestamptz null)`)
    this.addSql(`create unique index session_token on session (token_hash)`)
    this.addSql(`create index session_family on session (family)`)
    this.addSql(`create index session_staff on session (staff_id)`)
    this.addSql(`create index session_expires on session (expires_at)`)
    this.addSql(`create table api_key (
      id uuid primary key, name text not null, role text not null, hash text not null, created_at timestamptz not null,
      last_used_at timestamptz null, revoked_at timestamptz null,
      constraint api_key_role_known check (role in ('viewer', 'agent', 'manager', 'admin')))`)
    this.addSql(`create unique index api_key_hash on api_key (hash)`)
    this.addSql(`create table access_secret (name text primary key, value text not null, made_at timestamptz not null)`)
    this.addSql(`create table sign_in_failure (
      subject text primary key, failures int not null, blocked_until timestamptz not null, failed_at timestamptz not null)`)
    this.addSql(`create index sign_in_failure_failed on sign_in_failure (failed_at)`)
  }

  override down(): void {
    this.addSql(`drop table sign_in_failure, access_secret, api_key, session, credential`)
  }
}
