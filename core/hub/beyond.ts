import type { EventsPort } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { HubRole } from '../ports/plugin.ts'
import { postgresHints } from '../store/hints.ts'
import { openSignals, type OpenSignals } from '../store/signals.ts'

/** The other hubs on this database. */
export interface Beyond {
  signals: OpenSignals
  /**
   * There is something in the outbox: our own worker is woken; when this hub has none, or when another hub may have in hand what comes
   * before (`isBehind`), those of others too.
   */
  sent(isBehind: boolean): void
  /** The same for deliveries, once they are kept. */
  kept(): void
  close(): Promise<void>
}

/** The queues of this hub; none when it has no worker. */
interface Queues {
  inbox?: { wake(): void }
  outbox?: { wake(): void }
}

/** The way to the other hubs: over the database, unless whoever carries events has a way of its own. Nothing is heard before `signals.start`. */
export function openBeyond(settings: {
  url: string
  log: Log
  roles: ReadonlySet<HubRole>
  queues: Queues
  /** Who carries events, when anybody does. */
  events(): EventsPort | null
}): Beyond {
  const { url, log, roles, queues } = settings
  const own = postgresHints({ url, log })
  const signals = openSignals({ hints: () => settings.events()?.hints ?? own, log })
  const isWorker = roles.has('worker')
  if (isWorker) {
    signals.hear('inbox', () => queues.inbox?.wake())
    signals.hear('outbox', () => queues.outbox?.wake())
  }
  return {
    signals,
    sent: isBehind => {
      if (isWorker) queues.outbox?.wake()
      if (!isWorker || isBehind) signals.tell('outbox')
    },
    kept: () => (isWorker ? queues.inbox?.wake() : signals.tell('inbox')),
    close: async () => {
      await signals.close()
      await own.close()
    },
  }
}
