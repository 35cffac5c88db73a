import { setTimeout } from 'node:timers/promises'
import { newId } from '../model/id.ts'
import { second } from '../model/time.ts'
import type { Renewal, Vault } from '../ports/adapter.ts'
import type { Store, Tx } from '../ports/store.ts'
import { dropLease, takeLease } from './leases.ts'

/** Longer than getting a token takes; what a crash while renewing costs. */
const leaseMs = 30 * second
/** How often whoever waits looks whether the other is done. */
const lookMs = 100

/** What a vault needs. */
export interface VaultSettings {
  store: Store
  now(): Date
  signal: AbortSignal
}

/** The vault of one adapter, in the database: whoever renews a value holds a lease, and the others wait for what they get. */
export function openVault(adapter: string, settings: VaultSettings): Vault {
  const underWay = new Map<string, Promise<void>>()
  const once = (key: string, work: () => Promise<void>): Promise<void> => {
    const running = underWay.get(key) ?? work().finally(() => underWay.delete(key))
    underWay.set(key, running)
    return running
  }
  return {
    async renewed<T>(key: string, renewal: Renewal<T>): Promise<T> {
      const place = { adapter, key }
      for (;;) {
        const kept = await valueOf(settings.store, place, renewal)
        if (kept !== null && renewal.isGood(kept)) return kept
        await once(key, () => renew(settings, place, renewal))
      }
    },
  }
}

interface Place {
  adapter: string
  key: string
}

/** Renews a value, or waits while another instance does. */
async function renew<T>(settings: VaultSettings, place: Place, { shape, isGood, make }: Renewal<T>): Promise<void> {
  const { store, now, signal } = settings
  const name = `vault:${place.adapter}:${place.key}`
  const hold = await takeLease(store, { name, holder: newId(), now: now(), ms: leaseMs })
  if (!hold) return void (await setTimeout(lookMs, undefined, { signal }))
  try {
    const old = await valueOf(store, place, { shape })
    if (old !== null && isGood(old)) return
    const value = await make(old)
    if (!isGood(value)) throw new Error(`the new ${place.key} of ${place.adapter} is not good`)
    await store.transact(tx => keep(tx, place, value, now()))
  } finally {
    await dropLease(store, hold, now())
  }
}

async function valueOf<T>(
  store: Store,
  { adapter, key }: Place,
  { shape }: Pick<Renewal<T>, 'shape'>,
): Promise<T | null> {
  const rows = await store.read(
    tx => tx.sql<{ value: unknown }>`select value from vault where adapter = ${adapter} and key = ${key}`,
  )
  const read = shape.safeParse(rows[0]?.value)
  return read.success ? read.data : null
}

function keep(tx: Tx, { adapter, key }: Place, value: unknown, now: Date): Promise<unknown> {
  return tx.sql`
    insert into vault (adapter, key, value, changed_at) values (${adapter}, ${key}, ${JSON.stringify(value)}::jsonb, ${now})
    on conflict (adapter, key) do update set value = excluded.value, changed_at = excluded.changed_at`
}
