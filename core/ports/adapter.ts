import type { z } from 'zod'
import type { Kit } from './kit.ts'
import type { PortName, Ports } from './plugin.ts'
import type { SourcePort } from './source.ts'
import type { Channel } from './webhook.ts'

/** Ports for one vendor or engine: data and a function. The only place its SDK may be imported. */
export interface AdapterDefinition<Options extends z.ZodType = z.ZodType> {
  kind: 'adapter'
  name: string
  options: Options
  /** What it provides. */
  provides: readonly (PortName | 'source')[]
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
}

/** What an adapter provides. */
export interface Adapter extends Partial<Ports> {
  source?: SourcePort
  /** The ways in, by the last part of `/webhooks/:adapter/:channel`. */
  channels?: Readonly<Record<string, Channel>>
  /** Lets go of everything. */
  close?(): Promise<void>
  /** Why it cannot serve right now; null when it can. */
  ailing?(): string | null
}
