import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { HubError, messageOf } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { second } from '../model/time.ts'
import type { Hints } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'

/** Hints that can be closed. */
export interface OpenHints extends Hints {
  close(): Promise<void>
}

/** The Postgres channel all hubs of one database share. */
const shared = 'switchboard'

/** How often the way is tried out: a network that swallows everything, or a pooler that forgets LISTEN, is noticed no later. */
const probeEveryMs = 10 * second

/** How long a try may take. */
const probeMs = 5 * second

/**
 * Hints over LISTEN and NOTIFY, on one connection of their own that is opened by the first `hear` and opened again, with growing pauses, whenever it
 * is lost. They are told on that connection too, not in the transactions they are about: a transaction with a NOTIFY in it keeps every other such one
 * from committing until it is on the disk.
 */
export function postgresHints({ url, log }: { url: string; log: Log }): OpenHints {
  const ears = new Set<(text: string | null) => void>()
  const stopping = new AbortController()
  let line: Line | null = null
  let running: Promise<void> | null = null
  const everybody = (text: string | null): void => ears.forEach(heard => heard(text))

  const opened = (now: Line): void => {
    line = now
    everybody(null)
  }
  const run = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      const trouble = await stay({ url, signal: stopping.signal, heard: everybody, opened })
      failures = line ? 1 : failures + 1
      line = null
      if (stopping.signal.aborted) return
      if (failures === 1) log.warn({ error: messageOf(trouble) }, 'hints of other hubs are not heard')
      await pause(backoffMs(failures), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  return {
    tell: async text => {
      if (!line) throw new HubError('unavailable', 'the way to the other hubs is not open')
      await line.tell(text)
    },
    hear: heard => {
      ears.add(heard)
      if (line) heard(null)
      running ??= run()
      return async () => void ears.delete(heard)
    },
    isLive: () => line !== null,
    close: async () => {
      stopping.abort()
      await running
    },
  }
}

/** 100 ms, 200 ms … at most 5 s, with jitter: hubs that lost their database together do not come back together. */
function backoffMs(failures: number): number {
  return Math.min(50 * 2 ** failures, 5 * second) * (0.75 + Math.random() / 4)
}

/** An open way. */
interface Line {
  tell(text: string): Promise<void>
}

interface Stay {
  url: string
  signal: AbortSignal
  heard(text: string): void
  opened(line: Line): void
}

/** Opens a connection and listens until it is lost, or until it is told to stop. @returns why it ended */
async function stay({ url, signal, heard, opened }: Stay): Promise<unknown> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'switchboard hints',
    connectionTimeoutMillis: 5 * second,
    keepAlive: true,
  })
  const own = `switchboard_${newId().replaceAll('-', '')}`
  const lost = ending(client, signal)
  let answered: () => void = () => undefined
  client.on('notification', ({ channel, payload }) => (channel === own ? answered() : heard(payload ?? '')))
  const probe = async (): Promise<void> => {
    const back = new Promise<void>(resolve => (answered = resolve))
    await Promise.all([client.query('select pg_notify($1, $2)', [own, '']), back])
  }
  try {
    await Promise.race([begin(client, own), lost])
    for (let isOpen = false; ; isOpen = true) {
      await Promise.race([probe(), lost, late(signal)])
      if (!isOpen) opened({ tell: async text => void (await client.query('select pg_notify($1, $2)', [shared, text])) })
      await Promise.race([pause(probeEveryMs, undefined, { signal, ref: false }), lost])
    }
  } catch (error) {
    return error
  } finally {
    await Promise.race([client.end().catch(() => undefined), pause(second, undefined, { ref: false })])
  }
}

async function begin(client: pg.Client, own: string): Promise<void> {
  await client.connect()
  await client.query(`set synchronous_commit = off; listen ${shared}; listen ${own}`)
}

/** Rejects when the connection is lost, or when it is time to stop. */
function ending(client: pg.Client, signal: AbortSignal): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject)
    client.on('end', () => reject(new Error('the connection ended')))
    signal.addEventListener('abort', () => reject(new Error('the hub stops')), { once: true })
  })
  lost.catch(() => undefined)
  return lost
}

async function late(signal: AbortSignal): Promise<never> {
  await pause(probeMs, undefined, { signal, ref: false })
  throw new Error('a notification did not come back: is there a pooler between us and the database?')
}
