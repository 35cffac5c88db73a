import { Migration } from '@mikro-orm/migrations'

/** What people were told of each alert. */
export class AlertsMigration extends Migration {
  override up(): void {
    this.addSql(`create table alert_told (
      part text not null, key text not null, message text not null, state text not null, flaps int not null,
      since timestamptz not null, due_at timestamptz null, primary key (part, key))`)
    this.addSql(`create index alert_told_due on alert_told (due_at)`)
  }

  override down(): void {
    this.addSql(`drop table alert_told`)
  }
}
