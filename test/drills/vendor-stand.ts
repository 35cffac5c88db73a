import { z, type AdapterDefinition, type AdapterKit, type Plugin, type Record } from '@switchboard/core'
import { httpClient } from '@switchboard/core/http'
import { listen, silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { appointjet } from '@switchboard/appointjet'
import { front } from '@switchboard/front'
import { salestools } from '@switchboard/salestools'
import { shopify } from '@switchboard/shopify'
import { simplybookme } from '@switchboard/simplybookme'
import { twilio } from '@switchboard/twilio'
import { appointjetSimulator } from '@switchboard/test-simulators/appointjet'
import { frontSimulator } from '@switchboard/test-simulators/front'
import { salestoolsSimulator } from '@switchboard/test-simulators/salestools'
import { shopifySimulator } from '@switchboard/test-simulators/shopify'
import type { Running, Simulator } from '@switchboard/test-simulators/simulator'
import { simplybookmeSimulator } from '@switchboard/test-simulators/simplybookme'
import { twilioSimulator } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'

/** A simulated vendor that can change many things at once, by its seed. */
export type Busy = Running & { many(count: number, what?: 'contacts' | 'messages'): unknown }

/** The vendors of the drills, by name. */
export const vendors = {
  appointjet: { use: appointjet, simulator: appointjetSimulator },
  front: { use: front, simulator: frontSimulator },
  salestools: { use: salestools, simulator: salestoolsSimulator },
  shopify: { use: shopify, simulator: shopifySimulator },
  simplybookme: { use: simplybookme, simulator: simplybookmeSimulator },
  twilio: { use: twilio, simulator: twilioSimulator },
} satisfies { [name: string]: { use: AdapterDefinition; simulator: Simulator<Busy> } }

export type VendorName = keyof typeof vendors

/** A hub with some simulated vendors, and a clock that can be moved. */
export interface Stand {
  hub: RunningHub
  simulators: ReadonlyMap<VendorName, Busy>
  /** Moves the hub's clock. */
  wait(ms: number): void
  now(): Date
  /** The same adapter once more, without the hub: the vendor as it is. */
  adapter(name: VendorName): ReturnType<AdapterDefinition['create']>
  close(): Promise<void>
}

/** What a stand is made with. */
export interface StandSettings {
  databaseUrl: string
  dataDir: string
  seed: number
  plugins?: { [name: string]: { use: Plugin; options?: object } }
  /** How many people the vendors know. Default: some hundred, as what counts are the changes. */
  people?: number
  /** Options over those of the simulators, by vendor. */
  options?: { [name: string]: object }
}

const few = 300

/** Starts a hub with these vendors on a database of its own. */
export async function stand(names: readonly VendorName[], settings: StandSettings): Promise<Stand> {
  const { databaseUrl, dataDir, seed, plugins = {}, people = few, options = {} } = settings
  const clock = { aheadMs: 0 }
  const now = (): Date => new Date(Date.now() + clock.aheadMs)
  const door = await listen(0)
  const world = worldOf({ seed, now: now(), people })
  const simulators = new Map<VendorName, Busy>()
  for (const name of names) {
    const common = { publicUrl: door.url, adapter: name, world, seed, now }
    simulators.set(name, await vendors[name].simulator.start(common))
  }
  const optionsOf = (name: VendorName): object => ({
    ...vendors[name].simulator.options,
    ...simulators.get(name)?.options,
    ...options[name],
  })
  const adapters = Object.fromEntries(names.map(name => [name, { use: vendors[name].use, options: optionsOf(name) }]))
  const hub = await startHub({ adapters, plugins, databaseUrl, dataDir, door, now, log: silentLog() })
  return {
    ...{ hub, simulators, now },
    wait: ms => void (clock.aheadMs += ms),
    adapter: name => {
      const use: AdapterDefinition = vendors[name].use
      const options = use.options.parse(optionsOf(name))
      return use.create(options, kitOf(name, use, { options, now, publicUrl: door.url }))
    },
    close: async () => {
      await hub.close()
      await Promise.all([...simulators.values()].map(one => one.close()))
    },
  }
}

function kitOf(
  name: string,
  use: AdapterDefinition,
  { options, now, publicUrl }: { options: unknown; now(): Date; publicUrl: string },
): AdapterKit {
  const { signal } = new AbortController()
  const log = silentLog()
  const allow = use.http?.(options).hosts ?? []
  const http = httpClient({ name, log, now, signal, allow })
  const vault: AdapterKit['vault'] = { renewed: (_, { make }) => make(null) }
  return { name, publicUrl, databaseUrl: '', now, signal, log, http, vault }
}

/** Every row that the vendor has now, by its id, as its adapter reads it. */
export async function rowsAtVendor(stand: Stand, name: VendorName): Promise<Map<string, Record>> {
  const rows = new Map<string, Record>()
  const { source } = stand.adapter(name)
  if (!source) throw new Error(`${name} is not a source`)
  for await (const page of source.changes(null))
    for (const record of page.records)
      if (isNewest(record, rows.get(record.externalId))) rows.set(record.externalId, record)
  return rows
}

function isNewest(record: Record, known: Record | undefined): boolean {
  return !known || (record.version ?? record.updatedAt.getTime()) >= (known.version ?? known.updatedAt.getTime())
}

const stored = z.object({ externalId: z.string(), kind: z.string(), people: z.unknown(), facts: z.unknown() })

/** A row as we keep it. */
export type Stored = z.output<typeof stored> & { isDeleted: boolean }

/** Every row of a source that we keep. */
export function rowsKept({ hub }: Stand, name: VendorName): Promise<Stored[]> {
  return hub.store.read(
    tx => tx.sql<Stored>`
      select external_id as "externalId", kind, people, facts, deleted_at is not null as "isDeleted"
      from source_record where source = ${name}`,
  )
}

/** Waits until no delivery is left that is to be acted on. Those that were given up are made due again. */
export async function settled({ hub, wait }: Stand): Promise<void> {
  for (;;) {
    const rows = await hub.store.read(
      tx => tx.sql<{ id: string }>`select id from inbox where done_at is null and dead_at is null limit 1`,
    )
    if (rows.length === 0) return
    wait(10_000)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
