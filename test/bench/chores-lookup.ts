import { cleanPhone } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { identity } from '@switchboard/identity'
import { numbers } from '@switchboard/numbers'
import { twilio } from '@switchboard/twilio'
import { twilioSimulator } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'
import { fillWithPeople, phoneOf } from './chores-people.ts'
import type { TableRow } from './match-table.ts'
import { percentiles } from './open-load.ts'

/** Where, among how many people, and how often. */
export interface LookupSettings {
  databaseUrl: string
  dataDir: string
  people: number
  lookups: number
}

/** Whose number it is, as a ring asks: people nobody asked for before, and the same again. */
export async function lookupBench({ databaseUrl, dataDir, people, lookups }: LookupSettings): Promise<TableRow[]> {
  await fillWithPeople(databaseUrl, people)
  const now = (): Date => new Date()
  const world = worldOf({ seed: 7, now: now(), people: 20 })
  const vendor = await twilioSimulator.start({
    publicUrl: 'http://127.0.0.1:9',
    adapter: 'twilio',
    world,
    seed: 7,
    now,
  })
  const hub = await startHub({
    adapters: { twilio: { use: twilio, options: { ...twilioSimulator.options, ...vendor.options } } },
    plugins: {
      identity: { use: identity, options: { schedule: null } },
      numbers: { use: numbers, options: { phoneNumberSync: null, twilioPhoneSync: null, blockedSync: null } },
    },
    ...{ databaseUrl, dataDir, log: silentLog() },
  })
  try {
    const port = hub.port('screenpop')
    if (!port) throw new Error('nobody looks numbers up')
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const startedAt = performance.now()
      await work()
      return performance.now() - startedAt
    }
    const bare = (): Promise<number> => timed(() => hub.store.read(tx => tx.sql`select 1`))
    const look = (phone: string): Promise<number> =>
      timed(async () => {
        const { profileId } = await hub.store.read(tx => port.card(tx, phone))
        if (!profileId) throw new Error(`nobody was found with ${phone}`)
      })
    // Spread over everybody, each once; the first are only there to open connections, prepare statements and warm the code.
    const warmUp = Math.ceil(lookups / 5)
    const step = Math.floor(people / (2 * (lookups + warmUp))) * 2 || 2
    const phones = Array.from({ length: lookups + warmUp }, (_, n) =>
      phoneOf(((n * step) % people) - (((n * step) % people) % 10)),
    )
    const distinct = [...new Set(phones)].filter(phone => cleanPhone(phone, 'AU') === phone)
    for (const phone of distinct.slice(0, warmUp)) await look(phone)
    const asked = distinct.slice(warmUp)
    const row = (what: string, took: readonly number[]): TableRow => ({
      what,
      people,
      lookups: took.length,
      ...percentiles(took),
      aim: 'p99 < 5 ms',
    })
    const [bares, cold, warm]: [number[], number[], number[]] = [[], [], []]
    // In turns: whatever else the machine does at a moment, it does to both.
    for (const phone of asked) {
      bares.push(await bare())
      cold.push(await look(phone))
    }
    for (const phone of asked) warm.push(await look(phone))
    return [row('`select 1`, for comparison', bares), row('cache cold', cold), row('cache warm', warm)]
  } finally {
    await hub.close()
    await vendor.close()
  }
}
