import type { Events, Listener, Outbox } from '../ports/events.ts'
import type { Audit } from '../ports/audit.ts'
import type { Log } from '../ports/kit.ts'
import type { HubRole } from '../ports/plugin.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Onlookers } from '../http/onlookers.ts'
import type { Listening } from '../http/listen.ts'
import type { JobGuard } from '../store/job-guard.ts'
import type { InboxDoor } from '../store/inbox-door.ts'
import type { InboxQueue } from '../store/inbox.ts'
import type { OutboxQueue } from '../store/outbox-worker.ts'
import type { OpenStore } from '../store/open.ts'
import type { Beyond } from './beyond.ts'
import type { JobSwitches } from './job-plan.ts'
import type { HubJobs } from './jobs.ts'
import type { Parts, Plan, Unset } from './plan.ts'

/** What a hub runs with. */
export interface HubSettings extends Parts {
  databaseUrl: string
  dataDir: string
  /** Where vendors reach us. Default: where it listens. */
  publicUrl?: string
  /** A door that is open already. Default: one is opened at `port`. */
  door?: Listening
  /** Default 0: any free one. */
  port?: number
  roles?: readonly HubRole[]
  log?: Log
  now?: () => Date
  /** Done before anything else, such as migrations. */
  prepare?: () => Promise<unknown>
  unset?: Unset
  /** Which jobs run by themselves. Default: every one. */
  jobs?: JobSwitches
}

/** Everything a hub holds open. */
export interface Held {
  settings: HubSettings
  plan: Plan
  log: Log
  now(): Date
  metrics: Metrics
  onlookers: Onlookers
  stopping: AbortController
  roles: ReadonlySet<HubRole>
  door: Listening
  publicUrl: string
  store: OpenStore
  guard: JobGuard
  audit: Audit
  /** From when the parts are made. */
  jobs: HubJobs | null
  inboxDoor: InboxDoor
  queues: { inbox?: InboxQueue; outbox?: OutboxQueue }
  /** Ends what runs by the hour. */
  leaveHouse: (() => void)[]
  listeners: Map<string, Map<string, Listener>>
  outbox: Events & Outbox
  beyond: Beyond
  phase: { is: 'starting' | 'ready' | 'draining' }
}
