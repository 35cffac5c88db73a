import { Migration } from '@mikro-orm/migrations'

/** Hours that are set while the hub runs, and the holidays that calendars tell. */
export class HoursMigration extends Migration {
  override up(): void {
    this.addSql(`create table hours_settings (
      version int primary key, settings jsonb not null, changed_by text not null, staff_id uuid null,
      changed_at timestamptz not null, reason text null)`)
    this.addSql(`create table hours_holiday (
      calendar text not null, date text not null, name text not null, primary key (calendar, date))`)
  }

  override down(): void {
    this.addSql(`drop table hours_holiday`)
    this.addSql(`drop table hours_settings`)
  }
}
