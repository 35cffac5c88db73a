import { setTimeout as pause } from 'node:timers/promises'
import { madeOnce, newId, type CachePort, type Counted } from '@switchboard/core'
import type { Line } from './line.ts'

/** How often whoever waits for another hub's making looks. */
const lookMs = 25

/** The first count begins the window; later ones do not make it longer. */
const countScript = `
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return {count, left}`

/** Only who said so takes it back. */
const doneScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/** Where things are in Redis. */
export interface Place {
  /** Begins every key. */
  prefix: string
  /** Who makes something says so for as long; after it, another may. */
  makingMs: number
}

/** A cache in Redis: values as JSON under `v:`, counts under `c:`, what is being made under `m:`. While Redis is away nothing is there. */
export function cacheIn(line: Line, { prefix, makingMs }: Place): CachePort {
  const making = new Map<string, Promise<unknown>>()
  const get = async (key: string): Promise<unknown> =>
    parsed(await line.ask(client => client.get(`${prefix}v:${key}`), null))
  const set = async (key: string, value: unknown, ttlMs: number): Promise<void> => {
    if (value === undefined || ttlMs <= 0) return
    const text = JSON.stringify(value)
    await line.ask<unknown>(client => client.set(`${prefix}v:${key}`, text, 'PX', Math.ceil(ttlMs)), null)
  }
  return {
    isShared: true,
    get,
    set,
    remove: async key => void (await line.ask(client => client.del(`${prefix}v:${key}`), 0)),
    removeAll: async begin => {
      const match = `${literally(`${prefix}v:${begin}`)}*`
      for (let cursor: string | null = '0'; cursor !== null; cursor = await removeSome(line, cursor, match));
    },
    count: async (key, windowMs, by = 1): Promise<Counted | null> => {
      const name = `${prefix}c:${key}`
      const told = await line.ask(client => client.eval(countScript, 1, name, by, Math.ceil(windowMs)), null)
      if (!Array.isArray(told)) return null
      return { count: Number(told[0]), endsInMs: Number(told[1]) }
    },
    remember: async <T>(key: string, ttlMs: number, make: () => Promise<T>): Promise<T> => {
      const kept = await get(key)
      if (kept !== undefined) return kept as T
      return madeOnce(making, key, async () => {
        const claim = { name: `${prefix}m:${key}`, holder: newId(), makingMs }
        const others = await awaited(line, claim, () => get(key))
        if (others !== undefined) return others as T
        try {
          const made = await make()
          await set(key, made, ttlMs)
          return made
        } finally {
          await line.ask(client => client.eval(doneScript, 1, claim.name, claim.holder), 0)
        }
      })
    },
  }
}

/** @returns where to go on; null at the end, or when Redis is away */
async function removeSome(line: Line, cursor: string, match: string): Promise<string | null> {
  return line.ask(async client => {
    const [next, keys] = await client.scan(cursor, 'MATCH', match, 'COUNT', 1_000)
    if (keys.length > 0) await client.unlink(...keys)
    return next === '0' ? null : next
  }, null)
}

/** A text as a pattern that only it matches. */
function literally(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&')
}

/** Waits while another hub makes it. @returns what that one made; undefined when it is ours to make */
async function awaited(
  line: Line,
  { name, holder, makingMs }: { name: string; holder: string; makingMs: number },
  look: () => Promise<unknown>,
): Promise<unknown> {
  const until = performance.now() + makingMs
  for (;;) {
    const isOurs = await line.ask<string | null>(client => client.set(name, holder, 'PX', makingMs, 'NX'), 'OK')
    const kept = await look()
    if (kept !== undefined || isOurs || performance.now() > until) {
      if (kept !== undefined && isOurs) await line.ask(client => client.eval(doneScript, 1, name, holder), 0)
      return kept
    }
    await pause(lookMs)
  }
}

/** What is no JSON was not kept by us: nothing. */
function parsed(text: string | null): unknown {
  if (text === null) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
