import { setTimeout as pause } from 'node:timers/promises'
import { after, second } from '@switchboard/core'
import type { Carriage } from './actor.ts'
import { inspect } from './inspect.ts'
import { eachOf } from './loop.ts'
import { takeUnfinished } from './store.ts'

/** How often unfinished calls are compared with the vendor's truth. */
export const resumeEveryMs = 30 * second

/** How long the hub's start waits for the first comparison. A vendor that does not answer must not keep the hub from answering calls. */
const patienceMs = 5 * second

/**
 * Compares every unfinished call with the vendor's truth: the dead are finished, the living are put where they are, and what nobody
 * heeded is asked for again. Calls looked at less than `restMs` ago, here or by another instance, are left out.
 */
export async function resume(carriage: Carriage, restMs = resumeEveryMs - 5 * second): Promise<void> {
  const { store, now, log } = carriage
  const since = after(now(), -restMs)
  const ids = await store.transact(tx => takeUnfinished(tx, now(), since))
  let unanswered = 0
  await eachOf(ids, 8, async id => void ((await inspect(carriage, id)) || unanswered++))
  if (unanswered > 0)
    log.warn({ calls: ids.length, unanswered }, 'the vendor did not tell about every call; it is asked again')
}

/** The first comparison, of every unfinished call. What it has not done when the hub is to be ready goes on behind. */
export async function resumeAtStart(carriage: Carriage, waitMs = patienceMs): Promise<void> {
  const all = resume(carriage, 0)
  all.catch(() => undefined)
  await Promise.race([all, pause(waitMs, undefined, { ref: false })])
}
