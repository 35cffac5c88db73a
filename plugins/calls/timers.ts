import { messageOf, type CallId } from '@switchboard/core'
import { act, type Carriage } from './actor.ts'
import { inspect } from './inspect.ts'
import { eachOf } from './loop.ts'
import { lockDue } from './store.ts'

/** How many calls one round looks after at the most, so that a round ends. */
const perRound = 200

/**
 * Acts on every call whose timer ran out, each in a transaction of its own; those another instance has in hand are left to it. Calls in
 * which nothing has moved for too long are then looked up at the vendor.
 */
export async function runTimers(carriage: Carriage): Promise<void> {
  const stuck: CallId[] = []
  const failed: CallId[] = []
  for (let turn = 0; turn < perRound; turn++) {
    const due = await ringOne(carriage, failed)
    if (!due) break
    if (due.timer === 'check') stuck.push(due.id)
  }
  await eachOf(stuck, 8, callId => inspect(carriage, callId))
}

/** One call on which acting fails must not keep the others' timers from running: it is noted in `failed`. */
async function ringOne(carriage: Carriage, failed: CallId[]): ReturnType<typeof lockDue> {
  const { store, now, log } = carriage
  let due: Awaited<ReturnType<typeof lockDue>> = null
  try {
    return await store.transact(async tx => {
      due = await lockDue(tx, now(), failed)
      if (due) await act(carriage, tx, due.id, { type: 'due', timer: due.timer })
      return due
    })
  } catch (error) {
    if (!due) throw error
    const { id } = due as { id: CallId }
    log.error({ callId: id, error: messageOf(error) }, 'the timer of a call could not be acted on')
    failed.push(id)
    return ringOne(carriage, failed)
  }
}
