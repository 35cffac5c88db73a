import type { StaffId } from '@switchboard/core'
import type { Frame } from './session.ts'

/** Puts together what is committed at almost the same time: who is told ten things at once is written to once. */
export interface Gatherer {
  /** @param isForMany whether many others are told the same: then it may wait a little, when telling is much work */
  add(staffId: StaffId, frames: readonly Frame[], isForMany: boolean): void
}

/** What is for many waits so many times as long as telling everybody took, and no longer than this. */
const rest = { times: 10, mostMs: 50 } as const

/**
 * Tells each person in the next turn of the loop; what is for many after a pause of ten times what the last time took. A hub with little to do
 * hardly pauses, and one with much spends its time on others too: what came meanwhile is told together.
 */
export function gatherFrames(now: () => Date, tell: (staffId: StaffId, frames: readonly Frame[]) => void): Gatherer {
  const waiting = new Map<StaffId, Frame[]>()
  let urgent = new Set<StaffId>()
  let isPlanned = false
  let restUntil = 0

  const tellOne = (staffId: StaffId, frames: Frame[]): void => {
    waiting.delete(staffId)
    tell(staffId, frames.length > 1 ? frames.toSorted((one, other) => one.seq - other.seq) : frames)
  }
  const tellUrgent = (): void => {
    const now = urgent
    urgent = new Set()
    for (const staffId of now) {
      const frames = waiting.get(staffId)
      if (frames) tellOne(staffId, frames)
    }
  }
  const tellAll = (): void => {
    isPlanned = false
    const beganAt = now().getTime()
    for (const [staffId, frames] of [...waiting]) tellOne(staffId, frames)
    const endedAt = now().getTime()
    restUntil = endedAt + Math.min(rest.times * (endedAt - beganAt), rest.mostMs)
  }
  const plan = (): void => {
    if (isPlanned) return
    isPlanned = true
    const pauseMs = Math.min(restUntil - now().getTime(), rest.mostMs)
    if (pauseMs > 0) setTimeout(tellAll, pauseMs)
    else setImmediate(tellAll)
  }
  return {
    add: (staffId, frames, isForMany) => {
      const gathered = waiting.get(staffId)
      if (gathered) gathered.push(...frames)
      else waiting.set(staffId, [...frames])
      if (isForMany) return plan()
      if (urgent.size === 0) setImmediate(tellUrgent)
      urgent.add(staffId)
    },
  }
}
