import { after, day, type HoursAbout } from '@switchboard/core'
import { openingAt } from './opening.ts'
import type { HoursSettings } from './settings.ts'

/** A stretch of time in which it is open, or closed. */
export interface Stretch {
  from: Date
  to: Date
  isOpen: boolean
  /** The rule that decides at its beginning. */
  because: string
}

/** When it is open and when closed, over some days from a moment on. Pure. */
export function preview(settings: HoursSettings, from: Date, days: number, about: HoursAbout): Stretch[] {
  const end = after(from, days * day)
  const stretches: Stretch[] = []
  for (let at = from; at < end;) {
    const { isOpen, because, nextChangeAt } = openingAt(settings, at, about)
    const to = nextChangeAt && nextChangeAt < end ? nextChangeAt : end
    stretches.push({ from: at, to, isOpen, because })
    at = to
  }
  return stretches
}
