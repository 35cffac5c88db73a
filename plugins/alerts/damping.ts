import { after, hour } from '@switchboard/core'

/** What people know of an alert: that it is on; that it is on, though it seems to be over (`calming`); that it is over, a short while ago. */
export interface Told {
  state: 'raised' | 'calming' | 'over'
  /** How often it came back within an hour of its end. */
  flaps: number
  /** Since when it is on, as people were told. */
  since: Date
  /** When `calming` becomes over, and `over` is forgotten. */
  dueAt: Date | null
}

/** How an alert is right now. */
export interface Situation {
  isStanding: boolean
  now: Date
  /** How long an alert must be over before that is told; twice as long each time it came back. */
  calmMs: number
}

/** What people are to be told: `unsteady` once, when it came back the third time while they believed it to be on. */
export type News = 'raised' | 'unsteady' | 'resolved'

/** What is known afterwards; null: nothing any more. */
export interface Step {
  told: Told | null
  news: News | null
}

const memoryMs = hour
const unsteadyAt = 3

/** Decides what is told. Pure and total: repeating a step changes nothing. */
export function step(told: Told | null, { isStanding, now, calmMs }: Situation): Step {
  const known = told?.state === 'over' && isDue(told, now) ? null : told
  if (isStanding) return known ? stands(known, now) : raised({ flaps: 0, since: now }, 'raised')
  return known ? isOver(known, now, calmMs) : { told: null, news: null }
}

function isDue({ dueAt }: Told, now: Date): boolean {
  return dueAt !== null && dueAt <= now
}

function isOver(told: Told, now: Date, calmMs: number): Step {
  if (told.state === 'raised')
    return { told: { ...told, state: 'calming', dueAt: after(now, calmFor(told.flaps, calmMs)) }, news: null }
  if (told.state === 'calming' && isDue(told, now))
    return { told: { ...told, state: 'over', dueAt: after(now, memoryMs) }, news: 'resolved' }
  return { told, news: null }
}

function stands(told: Told, now: Date): Step {
  const flaps = told.flaps + 1
  if (told.state === 'over') return raised({ flaps, since: now }, 'raised')
  if (told.state === 'calming') return raised({ flaps, since: told.since }, flaps === unsteadyAt ? 'unsteady' : null)
  return { told, news: null }
}

function raised(known: Pick<Told, 'flaps' | 'since'>, news: News | null): Step {
  return { told: { ...known, state: 'raised', dueAt: null }, news }
}

function calmFor(flaps: number, calmMs: number): number {
  return Math.min(calmMs * 2 ** flaps, Math.max(hour, calmMs))
}
