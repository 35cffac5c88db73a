import type { Migration } from '@mikro-orm/migrations'
import { AlertsMigration } from './20261121-986-alerts.ts'
import { AccessMigration } from './20261121-300-access.ts'
import { CallControlMigration } from './20261121-900-call-control.ts'
import { CallRecordingsMigration } from './20261121-960-call-recordings.ts'
import { CallsMigration } from './20261121-500-calls.ts'
import { CoreMigration } from './20261121-100-core.ts'
import { DecisionsMigration } from './20261121-810-decisions.ts'
import { DirtyMigration } from './20261121-830-dirty.ts'
import { EventLogMigration } from './20261121-985-event-log.ts'
import { GatewayMigration } from './20261121-600-gateway.ts'
import { GatewaySafetyMigration } from './20261121-950-gateway-safety.ts'
import { HoursMigration } from './20261121-970-hours.ts'
import { IdentityMigration } from './20261121-400-identity.ts'
import { JobsMigration } from './20261121-990-jobs.ts'
import { MessagingMigration } from './20261121-940-messaging.ts'
import { NumbersMigration } from './20261121-960-numbers.ts'
import { PromisesMigration } from './20261121-920-promises.ts'
import { RemindersMigration } from './20261121-950-reminders.ts'
import { RoutingMigration } from './20261121-910-routing.ts'
import { IndexesMigration } from './20261121-998-indexes.ts'
import { EndOnExitMigration } from './20261121-999-end-on-exit.ts'
import { MatchingMigration } from './20261121-800-matching.ts'
import { SourcesMigration } from './20261121-700-sources.ts'
import { StaffMigration } from './20261121-200-staff.ts'

/** Every migration, in the order they run. Add at the end; never change one that has shipped. */
export const migrations: { name: string; class: new (...args: never[]) => Migration }[] = [
  { name: '20261121-100-core', class: CoreMigration },
  { name: '20261121-200-staff', class: StaffMigration },
  { name: '20261121-300-access', class: AccessMigration },
  { name: '20261121-400-identity', class: IdentityMigration },
  { name: '20261121-500-calls', class: CallsMigration },
  { name: '20261121-600-gateway', class: GatewayMigration },
  { name: '20261121-700-sources', class: SourcesMigration },
  { name: '20261121-800-matching', class: MatchingMigration },
  { name: '20261121-810-decisions', class: DecisionsMigration },
  { name: '20261121-900-call-control', class: CallControlMigration },
  { name: '20261121-910-routing', class: RoutingMigration },
  { name: '20261121-920-promises', class: PromisesMigration },
  { name: '20261121-940-messaging', class: MessagingMigration },
  { name: '20261121-950-reminders', class: RemindersMigration },
  { name: '20261121-960-numbers', class: NumbersMigration },
  { name: '20261121-950-gateway-safety', class: GatewaySafetyMigration },
  { name: '20261121-830-dirty', class: DirtyMigration },
  { name: '20261121-985-event-log', class: EventLogMigration },
  { name: '20261121-986-alerts', class: AlertsMigration },
  { name: '20261121-960-call-recordings', class: CallRecordingsMigration },
  { name: '20261121-970-hours', class: HoursMigration },
  { name: '20261121-990-jobs', class: JobsMigration },
  { name: '20261121-998-indexes', class: IndexesMigration },
  { name: '20261121-999-end-on-exit', class: EndOnExitMigration },
]
