import { Migration } from '@mikro-orm/migrations'

/**
 * Whether a number is one of our own lines is asked of every text that is to be answered. Queues are read in the order they are worked off:
 * with an index of another order the planner, who knows a queue as empty, had each waiting row looked up among all that wait.
 */
export class IndexesMigration extends Migration {
  override up(): void {
    this.addSql(`create index thread_line on thread (line)`)
    this.addSql(`drop index outbox_due`)
    this.addSql(`create index outbox_line on outbox (id) where done_at is null and dead_at is null`)
    this.addSql(`drop index inbox_due`)
    this.addSql(`create index inbox_due on inbox (due_at, id) where done_at is null and dead_at is null`)
  }

  override down(): void {
    this.addSql(`drop index inbox_due`)
    this.addSql(`create index inbox_due on inbox (due_at) where done_at is null and dead_at is null`)
    this.addSql(`drop index outbox_line`)
    this.addSql(`create index outbox_due on outbox (due_at) where done_at is null and dead_at is null`)
    this.addSql(`drop index thread_line`)
  }
}
