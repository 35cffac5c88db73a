import { messageOf, type Log, type StaffId } from '@switchboard/core'
import type { Frame, Session } from './session.ts'

/** Reads what a person's connection missed; null when that cannot be done now. */
export type Reading = (session: Session, staffId: StaffId) => Promise<Frame[] | null>

/** How missed frames are read. */
export interface ReadingSettings {
  log: Log
  framesAfter(staffId: StaffId, seq: number): Promise<Frame[]>
}

/** Reads once for all devices of a person that miss the same; what is asked for later may be about more. */
export function readTogether({ log, framesAfter }: ReadingSettings): Reading {
  const underWay = new Map<string, Promise<Frame[] | null>>()
  return ({ seq, catchUp }, staffId) => {
    const goal = catchUp?.state === 'reading' ? catchUp.goal : 0
    const key = `${staffId} ${seq} ${goal}`
    const same = underWay.get(key)
    if (same) return same
    const reading = framesAfter(staffId, seq)
      .catch((error: unknown) => {
        log.warn({ staffId, error: messageOf(error) }, 'missed frames could not be read yet')
        return null
      })
      .finally(() => underWay.delete(key))
    underWay.set(key, reading)
    return reading
  }
}
