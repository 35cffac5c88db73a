import { Migration } from '@mikro-orm/migrations'

/** Which records wait to be matched: rows of their own, so that a record is not written anew for having been read. */
export class DirtyMigration extends Migration {
  override up(): void {
    this.addSql(`create table source_dirty (record_id uuid primary key, revision bigint not null)`)
    this.addSql(`insert into source_dirty (record_id, revision) select id, revision from source_record where is_dirty`)
    this.addSql(`drop index source_record_dirty`)
    this.addSql(`alter table source_record drop column is_dirty`)
  }

  override down(): void {
    this.addSql(`alter table source_record add column is_dirty boolean not null default true`)
    this.addSql(`update source_record set is_dirty = false where id not in (select record_id from source_dirty)`)
    this.addSql(`create index source_record_dirty on source_record (id) where is_dirty`)
    this.addSql(`drop table source_dirty`)
  }
}
