import { setTimeout as pause } from 'node:timers/promises'
import { messageOf, type Log } from '@switchboard/core'
import { Redis } from 'ioredis'

/** The way to Redis, which may be away at any time. */
export interface Line {
  /** What `ask` gives, or `otherwise` when Redis does not answer in time. Never throws. */
  ask<T>(ask: (client: Redis) => Promise<T>, otherwise: T): Promise<T>
  close(): void
}

/** Makes the way to Redis. Nothing is asked yet; once it was, a lost connection is opened again in the background. */
export function lineTo({ url, timeoutMs }: { url: string; timeoutMs: number }, log: Log): Line {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 5_000,
    commandTimeout: timeoutMs,
    keepAlive: 10_000,
    retryStrategy: tries => Math.min(50 * 2 ** tries, 5_000) * (0.75 + Math.random() / 4),
  })
  let isAway = false
  let opening: Promise<unknown> | null = null
  const away = (error: unknown): void => {
    if (!isAway) log.warn({ error: messageOf(error) }, 'cache is away: nothing is kept meanwhile')
    isAway = true
  }
  client.on('error', away)
  client.on('ready', () => {
    if (isAway) log.info({}, 'cache is back')
    isAway = false
  })
  const first = (): Promise<unknown> => {
    opening ??= client.connect().catch(away)
    return client.status === 'ready' || isAway
      ? Promise.resolve()
      : Promise.race([opening, pause(timeoutMs, undefined, { ref: false })])
  }
  return {
    ask: async (ask, otherwise) => {
      try {
        await first()
        return await ask(client)
      } catch (error) {
        away(error)
        return otherwise
      }
    },
    close: () => client.disconnect(),
  }
}
