import { Migration } from '@mikro-orm/migrations'

/** What was said in calls, as it was recorded. */
export class CallRecordingsMigration extends Migration {
  override up(): void {
    this.addSql(`create table call_recording (
      id uuid primary key, call_id uuid not null, vendor_id text not null, duration_seconds int null,
      told_at timestamptz not null, blob_key text null, content_type text null, size int null,
      fetched_at timestamptz null, fetch_error text null)`)
    this.addSql(`create unique index call_recording_vendor on call_recording (vendor_id)`)
    this.addSql(`create index call_recording_call on call_recording (call_id)`)
  }

  override down(): void {
    this.addSql(`drop table call_recording`)
  }
}
