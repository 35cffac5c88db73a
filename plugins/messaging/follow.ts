import { after, Conflict, messageOf, type FollowResult, type Hub, type Job } from '@switchboard/core'
import type { Desk } from './desk.ts'
import { silenceOf } from './event-store.ts'
import { hear } from './hear.ts'

/** Reads what every messenger has to tell, for what no webhook told. One that cannot be read does not keep the others from it. */
export function frontEvents(hub: Pick<Hub, 'follow' | 'log'>, desk: Desk, schedule: string | null): Job {
  return {
    name: 'FrontEvents',
    schedule,
    handle: async () => {
      const counts = { pages: 0, events: 0, unreadable: 0 }
      const failed: unknown[] = []
      for (const [vendor, { changes }] of desk.messengers) {
        if (!changes) continue
        const read = await readOn(hub, desk, vendor).catch((error: unknown) => void failed.push(error))
        for (const each of ['pages', 'events', 'unreadable'] as const) counts[each] += read?.[each] ?? 0
      }
      if (failed.length > 0) throw failed[0]
      return counts
    },
  }
}

/** Another hub that reads the messenger now does as well. */
async function readOn({ follow, log }: Pick<Hub, 'follow' | 'log'>, desk: Desk, vendor: string): Promise<FollowResult> {
  try {
    const read = await follow(vendor, {
      apply: (tx, page) => hear(desk, tx, { vendor, way: 'read' }, page.events),
    })
    if (read.events > 0) log.info({ vendor, ...read }, 'messages were read')
    return read
  } catch (error) {
    if (error instanceof Conflict) return { pages: 0, events: 0, unreadable: 0 }
    log.warn({ vendor, error: messageOf(error) }, 'messages could not be read; the next run goes on')
    throw error
  }
}

/** The alert that a messenger's webhooks have fallen silent. */
export const silentKey = 'messages:silent'

/**
 * Notices webhooks that have silently stopped: reading finds messages to us, and no webhook told of one since. What they did not tell has
 * been read by then, so nothing is missing; the alert ends when they tell again.
 */
export function frontCheck(
  hub: Pick<Hub, 'follow' | 'log' | 'publicUrl'>,
  desk: Desk,
  { schedule, graceMs }: { schedule: string | null; graceMs: number },
): Job {
  return {
    name: 'FrontCheck',
    schedule,
    handle: async () => {
      let silent = 0
      for (const [vendor, { changes }] of desk.messengers) {
        if (!changes) continue
        await readOn(hub, desk, vendor)
        if (await check(hub, desk, { vendor, graceMs })) silent++
      }
      return { silent }
    },
  }
}

function check(
  { publicUrl, log }: Pick<Hub, 'publicUrl' | 'log'>,
  desk: Desk,
  { vendor, graceMs }: { vendor: string; graceMs: number },
): Promise<boolean> {
  return desk.store.transact(async tx => {
    const alerts = desk.wanted('alerts')
    const { untold, since } = await silenceOf(tx, vendor, after(desk.now(), -graceMs))
    if (untold === 0 || !since) {
      await alerts?.clear(tx, { part: vendor, key: silentKey })
      return false
    }
    const message =
      `webhooks of ${vendor} have told nothing since ${since.toISOString()}: reading found ${untold} messages that they did not tell. ` +
      `Nothing is missing, but all comes late: check at ${vendor} that its webhooks are on and lead to ${publicUrl}/webhooks/${vendor}/…`
    log.error({ vendor, untold, since }, 'webhooks have fallen silent')
    await alerts?.raise(tx, { part: vendor, key: silentKey, message })
    return true
  })
}
