import { defineAdapter, second, z } from '@switchboard/core'
import { cacheIn } from './cache.ts'
import { lineTo } from './line.ts'

const options = z.object({
  /** Where Redis (or Valkey) is: `redis://user:password@host:6379/0`, or `rediss://` for an encrypted way. */
  url: z.url({ protocol: /^rediss?$/ }).meta({ secret: true }),
  /** Begins every key. Hubs that share a database share it; two installs on one Redis do not. */
  prefix: z.string().max(100).default('switchboard:'),
  /** What takes longer counts as away. */
  timeoutMs: z.coerce.number().int().min(10).max(10_000).default(500),
  /** For how long hubs wait for the one that makes something to be remembered; then another makes it. */
  makingSeconds: z.coerce.number().min(0.1).max(600).default(10),
})

/** A cache that every hub on one Redis shares. */
export const redis = defineAdapter({
  name: 'redis',
  options,
  provides: ['cache'],
  create: ({ url, prefix, timeoutMs, makingSeconds }, { log }) => {
    const line = lineTo({ url, timeoutMs }, log)
    return { cache: cacheIn(line, { prefix, makingMs: makingSeconds * second }), close: async () => line.close() }
  },
})
