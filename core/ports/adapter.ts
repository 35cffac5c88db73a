import type { z } from 'zod'
import type { HttpLimits, Kit } from './kit.ts'
import type { MessagingPort } from './messaging.ts'
import type { PortName, Ports } from './plugin.ts'
import type { SourcePort } from './source.ts'
import type { Channel } from './webhook.ts'

/** Ports for one vendor or engine: data and a function. The only place its SDK may be imported. */
export interface AdapterDefinition<Options extends z.ZodType = z.ZodType> {
  kind: 'adapter'
  name: string
  options: Options
  /** What it provides. */
  provides: readonly (PortName | 'source' | 'messaging')[]
  /** Whom it asks over HTTP, and how much they take. Default: nobody may be asked. */
  http?(options: z.output<Options>): HttpLimits
  /** Makes the adapter. Starts nothing and asks nobody. */
  create(options: z.output<Options>, kit: AdapterKit): Adapter
}

/** What an adapter is handed besides its options. */
export interface AdapterKit extends Kit {
  /** The entry's name in hub.yaml, which is its part of `/webhooks/:adapter/:channel`. */
  name: string
  /** Where vendors reach us; no slash at the end. */
  publicUrl: string
  /** The database's address, for engines that live in it. */
  databaseUrl: string
  vault: Vault
}

/** A few values that outlive the process and are shared by every instance, such as tokens that are renewed. */
export interface Vault {
  /** The kept value while it is good; else what `make` gets, once for all who ask at the same time, in any instance. @throws what `make` throws */
  renewed<T>(key: string, value: Renewal<T>): Promise<T>
}

/** How a kept value is read, judged and renewed. */
export interface Renewal<T> {
  shape: z.ZodType<T>
  isGood(value: T): boolean
  /** Gets a new one; `old` is the last, null when there is none. HTTP may be done here. */
  make(old: T | null): Promise<T>
}

/** What an adapter provides. */
export interface Adapter extends Partial<Ports> {
  source?: SourcePort
  messaging?: MessagingPort
  /** The ways in, by the last part of `/webhooks/:adapter/:channel`. */
  channels?: Readonly<Record<string, Channel>>
  /** Lets go of everything. */
  close?(): Promise<void>
  /** Why it cannot serve right now; null when it can. */
  ailing?(): string | null
}
