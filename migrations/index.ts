import type { Migration } from '@mikro-orm/migrations'
import { AccessMigration } from './20261121-300-access.ts'
import { CallControlMigration } from './20261121-900-call-control.ts'
import { CallsMigration } from './20261121-500-calls.ts'
import { CoreMigration } from './20261121-100-core.ts'
import { DecisionsMigration } from './20261121-810-decisions.ts'
import { GatewayMigration } from './20261121-600-gateway.ts'
import { IdentityMigration } from './20261121-400-identity.ts'
import { PromisesMigration } from './20261121-920-promises.ts'
import { RoutingMigration } from './20261121-910-routing.ts'
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
]
