import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { StaffId } from '../model/id.ts'
import type { PersonKeys } from '../model/record.ts'
import type { Access } from '../model/permission.ts'
import type { AlertsPort } from './alerts.ts'
import type { Audit } from './audit.ts'
import type { AuthPort, Principal } from './auth.ts'
import type { Blocklist } from './blocklist.ts'
import type { BlobsPort } from './blobs.ts'
import type { CachePort } from './cache.ts'
import type { Directory, Reachable } from './directory.ts'
import type { Courier, Events, EventsPort, Listener, Outbox, Signals } from './events.ts'
import type { Hours } from './hours.ts'
import type { CallHistory } from './history.ts'
import type { JobOptions, JobsPort, JobWork } from './jobs.ts'
import type { HttpLimits, Kit } from './kit.ts'
import type { MailerPort } from './mailer.ts'
import type { MessagePage, MessagingPort } from './messaging.ts'
import type { Roster } from './roster.ts'
import type { Screenpop } from './screenpop.ts'
import type { SourcePort } from './source.ts'
import type { Store, Tx } from './store.ts'
import type { TelephonyPort } from './telephony.ts'
import type { Threads } from './threads.ts'
import type { HttpReply, WebhookRequest } from './webhook.ts'

/** Every port that has at most one provider, by name. Sources are many and come as `hub.sources`. */
export interface Ports {
  telephony: TelephonyPort
  jobs: JobsPort
  auth: AuthPort
  roster: Roster
  directory: Directory
  blobs: BlobsPort
  history: CallHistory
  hours: Hours
  events: EventsPort
  cache: CachePort
  mailer: MailerPort
  alerts: AlertsPort
  threads: Threads
  screenpop: Screenpop
  blocklist: Blocklist
}

export type PortName = keyof Ports

/** Which work this process does. */
export type HubRole = 'web' | 'gateway' | 'worker'

/** What a plugin is handed: the kit, the store, and the ports it said it needs. */
export interface Hub extends Kit {
  store: Store
  events: Events
  outbox: Outbox
  signals: Signals
  /** Where every change to a person, a merge or a setting is written down. */
  audit: Audit
  roles: ReadonlySet<HubRole>
  /** Where vendors reach us; no slash at the end. */
  publicUrl: string
  /** The directory for files of this install. */
  dataDir: string
  /** The database's address, for a worker thread that opens a store of its own. */
  databaseUrl: string
  /** A port named in `needs`. */
  port<Name extends PortName>(name: Name): Ports[Name]
  /** A port named in `wants`; null when nobody provides it. */
  wanted<Name extends PortName>(name: Name): Ports[Name] | null
  /** Every source that is on, by its entry's name. */
  sources: ReadonlyMap<string, SourcePort>
  /** Every messaging vendor that is on, by its entry's name. */
  messengers: ReadonlyMap<string, MessagingPort>
  /** What the plugins that are on add to how people are told apart: addresses of modules, in the order of their names. */
  evidence: readonly string[]
  /** Reads everything that changed in a source into `source_record`. */
  pull(source: string, wish?: PullWish): Promise<PullResult>
  /** Reads on everything that a messenger has to tell, from where the last read stopped. @throws Conflict, VendorError */
  follow(messenger: string, wish: FollowWish): Promise<FollowResult>
  /** Every gateway command of every plugin; complete once all plugins are set up. */
  commands(): ReadonlyMap<string, GatewayCommand>
  /** What plugins add to a client's first frame; complete once all plugins are set up. */
  welcomes(): ReadonlyMap<string, Welcome>
  /** What plugins know of what happened with a person; complete once all plugins are set up. */
  timelines(): ReadonlyMap<string, Timeline>
}

/** From where a source is read, and who wants to know how far it is. */
export interface PullWish {
  /** Default: on from where the last read stopped. A killed one goes on at its page, also when it was `full`. */
  from?: 'full' | Date
  /** Told after each page. */
  progress?(progress: PullProgress): void
}

/** How far a pull is. */
export interface PullProgress {
  rows: number
  /** How many there will be, where the vendor tells. */
  total: number | null
}

/** What a pull did. */
export interface PullResult {
  pages: number
  /** Rows read. */
  rows: number
  /** Rows that were new or newer than what we had. */
  changed: number
  /** Rows kept aside because they could not be read. */
  unreadable: number
}

/** From where a messenger is read on, and what is done with a page. */
export interface FollowWish {
  /** From its beginning, and not from where the last read stopped. Default false. */
  isFull?: boolean
  /** Takes in a page, in the transaction that moves the cursor. */
  apply(tx: Tx, page: MessagePage): Promise<void>
}

/** What following did. */
export interface FollowResult {
  pages: number
  events: number
  unreadable: number
}

/** Behaviour built on ports: data and a function. */
export interface Plugin<Options extends z.ZodType = z.ZodType> {
  kind: 'plugin'
  name: string
  options: Options
  /** Ports it cannot do without: with one missing, the plugin is off, with the reason. */
  needs: readonly PortName[]
  /** Ports it uses when they are there. */
  wants: readonly PortName[]
  /** Ports it provides. */
  provides: readonly PortName[]
  /** Whom it asks over HTTP, and how much they take. Default: anybody, for its addresses are settings. */
  http?(options: z.output<Options>): HttpLimits
  /** Its entities, which the migrations must agree with. */
  entities: readonly object[]
  /** The address of a module whose export `evidence` (see `Evidence`) tells people apart by more: `import.meta.resolve('./address.ts')`. */
  evidence?: string
  /** Says what the plugin adds. Starts nothing and touches nothing: that is `start`. */
  setup(hub: Hub, options: z.output<Options>): PluginParts
}

/** What a plugin adds to the hub. */
export interface PluginParts {
  /** The ports named in `provides`. */
  ports?: Partial<Ports>
  routes?: readonly Route[]
  commands?: readonly GatewayCommand[]
  jobs?: readonly Job[]
  /** Listeners by event name. */
  on?: Readonly<Record<string, Listener>>
  /** Couriers by topic. */
  couriers?: Readonly<Record<string, Courier>>
  /** Reads verified deliveries of a port from the inbox. */
  deliveries?: Readonly<Record<string, DeliveryHandler>>
  /** Answers deliveries of a port whose vendor waits for instructions. */
  answers?: Readonly<Record<string, AnswerHandler>>
  /** Adds a field to every client's `welcome` frame. */
  welcome?: Readonly<Record<string, Welcome>>
  /** What happened with a person, as far as this plugin knows: for `GET /api/profiles/:id/timeline`. By a name of its own, such as `calls`. */
  timeline?: Readonly<Record<string, Timeline>>
  /** Erases what this plugin holds of people whom a source wants forgotten, with the source's own rows: in one transaction. */
  forget?: Forget
  /** Begins its work; the hub is ready only when every `start` returned. Ports of others may be used from here on. */
  start?(): Promise<void>
  /** Takes no new work; the hub is stopping. */
  drain?(): Promise<void>
  /** Lets go of everything, in reverse order of starting. */
  close?(): Promise<void>
  /** Why the part cannot serve right now; null when it can. Asked by `/health`. */
  ailing?(): string | null
}

/** Scheduled work of a plugin. */
export interface Job {
  /**
   * A chore, which runs in production and can be switched for each install, has a name such as `ClientSync`. A plugin's own upkeep has the
   * plugin's name before a dot, such as `messaging.tidy`, and runs everywhere.
   */
  name: string
  /** "5 minutes" or a cron expression; null when it only runs by hand. hub.yaml may say otherwise. */
  schedule: string | null
  handle: JobWork
  options?: JobOptions
}

/** Reads a kept delivery. HTTP may be done here; the function it returns writes the effect, in the transaction that marks the delivery done. */
export type DeliveryHandler = (request: WebhookRequest) => Promise<(tx: Tx) => Promise<void>>

/** Answers a vendor that waits. `fresh` is false when this delivery was handled before: answer from what is known, change nothing. */
export type AnswerHandler = (tx: Tx, request: WebhookRequest, fresh: Promise<boolean>) => Promise<HttpReply>

/** A field of the `welcome` frame for one staff member. */
export type Welcome = (tx: Tx, staffId: StaffId) => Promise<unknown>

/** Some of what happened with a person: at most `limit` items from before `before`, newest first and at one moment by id, the greatest first. */
export type Timeline = (tx: Tx, about: TimelineAbout) => Promise<TimelineItem[]>

/** Erases people, as far as a plugin holds them. Doing it twice does no harm. */
export type Forget = (tx: Tx, about: Forgotten) => Promise<void>

/** Who is to be forgotten. */
export interface Forgotten {
  source: string
  /** The ids of the source's records that they were in. */
  externalIds: readonly string[]
  /** How the source names them; null: it is everybody of the source. */
  people: PersonKeys | null
}

/** Whose timeline is asked for, and which part of it. */
export interface TimelineAbout extends Reachable {
  /** Null: from now on back. */
  before: Date | null
  limit: number
}

/** One thing that happened with a person. */
export interface TimelineItem {
  /** Such as `call`, `message`, `order`. */
  kind: string
  id: string
  at: Date
  /** In one line, for people. */
  summary: string
  /** The rest, by kind. */
  data: unknown
}

/** Who is asking, and with what, when a route runs. */
export interface RouteContext<Params, Query, Body> {
  params: Params
  query: Query
  body: Body
  /** Null on public routes. */
  principal: Principal | null
  requestId: string
  /** The network address of whoever asks, as far as it can be told. */
  address: string
  log: Kit['log']
}

/** One route of the HTTP API. Its schemas check what comes in, and become `/openapi.json`. */
export interface Route<Params = unknown, Query = unknown, Body = unknown, Answer = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Such as `/api/profiles/:id`. */
  path: string
  summary: string
  /** The least role, or the permission, that may call it; or `public`. There is no default: no route is open by accident. */
  access: Access | 'public'
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** The answer's shape. An answer of `undefined` is 204. */
  answer?: z.ZodType<Answer>
  /** Its answer holds a secret, so it is never kept: `Idempotency-Key` has no effect. Default false. */
  isSecret?: boolean
  /** Its answer is no JSON: `handle` gives a `RawAnswer`, which is never kept for an `Idempotency-Key`. Default false. */
  isRaw?: boolean
  /** The media type of an answer that is text, such as `image/svg+xml`; the handler returns the text. Default: the answer is JSON. */
  media?: string
  /** Default 200. */
  status?: 200 | 201 | 202
  handle(context: RouteContext<Params, Query, Body>): Promise<Answer>
}

/** An answer that is no JSON, such as a file or a vendor's markup. */
export interface RawAnswer {
  contentType: string
  /** A stream is closed when whoever asked is gone. */
  body: string | Uint8Array | Readable
}

/** One command of the gateway's clients. */
export interface GatewayCommand<Input = unknown> {
  /** Such as `call.answer`. */
  name: string
  summary: string
  /** The least role, or the permission, that may give it. */
  access: Access
  input: z.ZodType<Input>
  /** The shape of the reply's `data`, for the protocol's page. Default: nothing is said about it. */
  answer?: z.ZodType<object>
  /** Does it and returns the `data` of the reply. @throws HubError with a code the client can act on */
  handle(staffId: StaffId, input: Input): Promise<object>
}
