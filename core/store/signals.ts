import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { messageOf } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { Hints, Signals } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'

/** Signals of one hub. */
export interface OpenSignals extends Signals {
  /** Hints at once. */
  tell(channel: string, keys?: readonly string[]): void
  /** Begins to hear; before, nothing is told either. */
  start(): void
  /** Tells what is still to be told, and hears no more. */
  close(): Promise<void>
}

/** A text as hubs send it: whose it is, and what is new by channel; null is anything. */
const Text = z.object({ from: z.string(), hints: z.record(z.string(), z.array(z.string()).nullable()) })

/** What Postgres takes in one NOTIFY, with some room. */
const maxBytes = 7_000

/** Tells and hears over `hints`, which is asked for when it is needed. */
export function openSignals({ hints, log }: { hints(): Hints; log: Log }): OpenSignals {
  const self = newId()
  const ears = new Map<string, Set<(keys: ReadonlySet<string> | null) => void>>()
  const news = collect()
  const stopping = new AbortController()
  let deaf: (() => Promise<void>) | null = null
  let telling: Promise<void> | null = null

  const heard = (text: string | null): void => {
    const told = text === null ? everything(ears.keys()) : read(text, self)
    for (const [channel, keys] of told) ears.get(channel)?.forEach(ear => ear(keys))
  }
  const tellAll = async (): Promise<void> => {
    // What one transaction hints, and what others hint in this moment, is one text.
    await nextTurn()
    for (let failures = 0; !news.isEmpty();) {
      const batch = news.take()
      try {
        await hints().tell(written(self, batch))
        failures = 0
      } catch (error) {
        if (stopping.signal.aborted) return
        log.debug({ error: messageOf(error) }, 'a hint waits')
        for (const [channel, keys] of batch) news.add(channel, keys && [...keys])
        const { signal } = stopping
        await pause(Math.min(100 * 2 ** failures++, 2_000), undefined, { signal }).catch(() => undefined)
      }
    }
  }
  const begin = (): void => {
    telling ??= tellAll().finally(() => {
      telling = null
      if (!news.isEmpty() && !stopping.signal.aborted) begin()
    })
  }
  const tell = (channel: string, keys?: readonly string[]): void => {
    if (!deaf) return
    news.add(channel, keys ?? null)
    begin()
  }
  return {
    tell,
    send: (tx, channel, keys) => tx.afterCommit(() => tell(channel, keys)),
    hear: (channel, ear) => {
      const others = ears.get(channel) ?? new Set()
      ears.set(channel, others.add(ear))
      return () => void others.delete(ear)
    },
    isLive: () => deaf !== null && hints().isLive(),
    start: () => {
      deaf ??= hints().hear(heard)
    },
    close: async () => {
      stopping.abort()
      await telling
      await deaf?.()
      deaf = null
    },
  }
}

type News = Map<string, Set<string> | null>

/** What is to be told, by channel, each key once. */
function collect() {
  let news: News = new Map()
  return {
    isEmpty: () => news.size === 0,
    add: (channel: string, keys: readonly string[] | null): void => {
      const known = news.get(channel)
      if (keys === null || known === null) return void news.set(channel, null)
      news.set(channel, new Set([...(known ?? []), ...keys]))
    },
    take: (): News => {
      const taken = news
      news = new Map()
      return taken
    },
  }
}

/** Too many keys are told as: anything may be new. */
function written(from: string, news: News): string {
  const named = (keys: Set<string> | null): string[] | null => keys && [...keys]
  const text = textOf(from, news, named)
  return Buffer.byteLength(text) <= maxBytes ? text : textOf(from, news, () => null)
}

function textOf(from: string, news: News, keysOf: (keys: Set<string> | null) => string[] | null): string {
  const hints = Object.fromEntries([...news].map(([channel, keys]) => [channel, keysOf(keys)]))
  return JSON.stringify({ from, hints } satisfies z.output<typeof Text>)
}

/** What another hub told; nothing when it was this one, or is no text of a hub. */
function read(text: string, self: string): [string, ReadonlySet<string> | null][] {
  const told = Text.safeParse(parsed(text))
  if (!told.success || told.data.from === self) return []
  return Object.entries(told.data.hints).map(([channel, keys]) => [channel, keys && new Set(keys)])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function everything(channels: Iterable<string>): [string, null][] {
  return [...channels].map(channel => [channel, null])
}
