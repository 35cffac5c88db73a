import { Migration } from '@mikro-orm/migrations'

/** With whom a call's conference ends. Null is false: a hub of before, which knows nothing of it, still writes legs while the new one starts. */
export class EndOnExitMigration extends Migration {
  override up(): void {
    this.addSql(`alter table call_leg add column ends_on_exit boolean null`)
  }

  override down(): void {
    this.addSql(`alter table call_leg drop column ends_on_exit`)
  }
}
