import { LRUCache } from 'lru-cache'
import { madeOnce } from '../model/made-once.ts'
import type { CachePort, Counted } from '../ports/cache.ts'

/** How much is kept in memory. */
export interface MemoryCacheSettings {
  /** Keys at the most; the one not used the longest makes room. Default 50,000. */
  max?: number
  /** A clock that only runs forward, in milliseconds. Default: the process's. */
  clock?: () => number
}

/** A cache in the memory of this process: nothing of it is shared, and nothing survives a restart. */
export function memoryCache({ max = 50_000, clock = () => performance.now() }: MemoryCacheSettings = {}): CachePort {
  // As text, so that what was kept can be changed by nobody who holds it, as with a cache that is shared.
  const values = new LRUCache<string, string>({ max, ttlAutopurge: false, perf: { now: clock }, ttlResolution: 0 })
  const windows = new LRUCache<string, { count: number; endsAt: number }>({ max })
  const making = new Map<string, Promise<unknown>>()
  const get = (key: string): unknown => parsed(values.get(key))
  const set = (key: string, value: unknown, ttlMs: number): void => {
    if (value !== undefined && ttlMs > 0) values.set(key, JSON.stringify(value), { ttl: Math.ceil(ttlMs) })
  }
  return {
    isShared: false,
    get: async key => get(key),
    set: async (key, value, ttlMs) => set(key, value, ttlMs),
    remove: async key => void values.delete(key),
    removeAll: async prefix => {
      for (const key of [...values.keys()]) if (key.startsWith(prefix)) values.delete(key)
    },
    count: async (key, windowMs, by = 1): Promise<Counted> => {
      const now = clock()
      const known = windows.get(key)
      const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs }
      window.count += by
      windows.set(key, window)
      return { count: window.count, endsInMs: window.endsAt - now }
    },
    remember: async <T>(key: string, ttlMs: number, make: () => Promise<T>): Promise<T> => {
      const kept = get(key)
      if (kept !== undefined) return kept as T
      return madeOnce(making, key, async () => {
        const made = await make()
        set(key, made, ttlMs)
        return made
      })
    },
  }
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown)
}
