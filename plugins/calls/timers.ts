import { messageOf, second, type CallId } from '@switchboard/core'
import { act, type Carriage } from './actor.ts'
import { inspect } from './inspect.ts'
import { eachOf } from './loop.ts'
import { isAnyDue, lockDue, noteInspected, type Due } from './store.ts'

/** How many calls one round looks after at the most, so that a round ends. */
const perRound = 200

/** A rung whose time was over so long ago, in milliseconds, ended while nobody looked: perhaps somebody picked up meanwhile. */
const lateMs = 5 * second

/**
 * Acts on every call whose timer ran out, each in a transaction of its own; those another instance has in hand are left to it. Calls in
 * which nothing has moved for too long are then looked up at the vendor. So are those, before their rung is judged, whose time was over
 * while the hub was away.
 */
export async function runTimers(carriage: Carriage): Promise<void> {
  const { store, now } = carriage
  // Most looks find nothing: they need no transaction.
  if (!(await store.read(tx => isAnyDue(tx, now())))) return
  const asking: CallId[] = []
  const failed: CallId[] = []
  for (let turn = 0; turn < perRound; turn++) {
    const due = await ringOne(carriage, failed)
    if (!due) break
    if (due.timer === 'check' || due.isPutOff) asking.push(due.id)
    if (due.isPutOff) failed.push(due.id)
  }
  await eachOf(asking, 8, callId => inspect(carriage, callId))
}

interface Rang extends Pick<Due, 'id' | 'timer'> {
  /** Not acted on yet: the vendor is asked first. */
  isPutOff: boolean
}

/** One call on which acting fails must not keep the others' timers from running: it is noted in `failed`. */
async function ringOne(carriage: Carriage, failed: CallId[]): Promise<Rang | null> {
  const { store, now, log } = carriage
  let due: Due | null = null
  try {
    return await store.transact(async tx => {
      due = await lockDue(tx, now(), failed)
      if (!due) return null
      const { id, timer } = due
      const isPutOff = isLate(due, now())
      if (isPutOff) await noteInspected(tx, id, now())
      else await act(carriage, tx, id, { type: 'due', timer })
      return { id, timer, isPutOff }
    })
  } catch (error) {
    if (!due) throw error
    const { id } = due as Due
    log.error({ callId: id, error: messageOf(error) }, 'the timer of a call could not be acted on')
    failed.push(id)
    return ringOne(carriage, failed)
  }
}

function isLate({ timer, at, inspectedAt }: Due, now: Date): boolean {
  const wasAsked = inspectedAt !== null && inspectedAt >= at
  return timer === 'ring' && !wasAsked && now.getTime() - at.getTime() > lateMs
}
