import { after, second } from '@switchboard/core'
import { touch, type Draft } from './moves.ts'
import { callerOf, conferenceOf, isLive } from './state.ts'
import type { Call, Leg } from './state.ts'

/** How long, in seconds, a caller may be with people whose leaving only reports would tell us of, before the vendor is asked. */
const lookSeconds = 3

/**
 * Sees to it that nobody who talks is left alone in silence, whatever reports are lost. Whoever is alone with the caller ends the conference when
 * they leave it, and the vendor asks at once what the caller is to do. While there are others, or the call is being handed over, the
 * conference must go on without them: then the vendor is asked every few seconds, unless the caller hears music.
 */
export function guardCaller(draft: Draft): void {
  const { call, now } = draft
  if (call.state.name !== 'AllInConference') return
  const keeper = keeperOf(call)
  for (const leg of companyOf(call)) if (leg.endsOnExit !== (leg === keeper)) setEndOnExit(draft, leg, leg === keeper)
  const isSafe = callerOf(call)?.isHeld === true || keeper?.endsOnExit === true
  if (isSafe) call.due = null
  else call.due ??= { for: 'check', at: after(now, lookSeconds * second) }
}

/** Whoever alone talks with the caller; null while others do too, or are about to. */
function keeperOf(call: Call): Leg | null {
  const [keeper, ...others] = companyOf(call)
  return keeper && others.length === 0 && call.transfer === null ? keeper : null
}

/** Everybody who talks with the caller, or whose phone rings to. */
function companyOf({ legs }: Call): Leg[] {
  return legs.filter(leg => leg.role !== 'caller' && leg.part === 'talk' && isLive(leg))
}

/** Has the vendor end the conference when this leg leaves it, or not. Before anybody is known to be in it there is nothing to be changed. */
export function setEndOnExit(draft: Draft, leg: Leg, on: boolean): void {
  const conferenceId = leg.conference?.vendorId ?? conferenceOf(draft.call)
  if (leg.vendorId === null || conferenceId === null) return
  leg.endsOnExit = on
  touch(draft, leg)
  draft.commands.push({ do: 'endOnExit', legId: leg.id, vendorId: leg.vendorId, conferenceId, on })
}
