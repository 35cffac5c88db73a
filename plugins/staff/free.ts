import { atLeast, type CallId, type Presence, type Role } from '@switchboard/core'

/** What decides whether somebody can be rung. */
export interface Duty {
  role: Role
  /** What they set; null when they never set anything. */
  set: Exclude<Presence, 'wrapup'> | null
  clients: number
  callId: CallId | null
  wrapupUntil: Date | null
}

/** Their presence as others see it: wrapping up hides what they set, and who never set anything is away. */
export function shownPresence({ set, wrapupUntil }: Duty, now: Date): Presence {
  return wrapupUntil && wrapupUntil > now ? 'wrapup' : (set ?? 'away')
}

/**
 * Why they cannot be rung, in words that follow their name; null when they can.
 * @param timeZone for the time at which somebody is done wrapping up, by its IANA name
 */
export function notFreeBecause(duty: Duty, now: Date, timeZone: string): string | null {
  if (!atLeast(duty.role, 'agent')) return 'is a viewer, and viewers are not rung'
  if (duty.callId) return 'is on another call'
  return presenceReason(duty, now, timeZone) ?? (duty.clients > 0 ? null : 'has no phone client connected')
}

function presenceReason(duty: Duty, now: Date, timeZone: string): string | null {
  switch (shownPresence(duty, now)) {
    case 'available':
      return null
    case 'busy':
      return 'is busy'
    case 'dnd':
      return 'does not want to be disturbed'
    case 'wrapup':
      return `is wrapping up until ${clock(duty.wrapupUntil ?? now, timeZone)}`
    case 'away':
      return duty.set === null && duty.clients === 0 ? 'has no phone client connected' : 'is away'
  }
}

function clock(at: Date, timeZone: string): string {
  return at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
}
