import { newId, second, type OnDuty, type Roster, type Tx } from '@switchboard/core'
import { isLive, staffRung } from './state.ts'
import type { Call, MachineEvent, Otherwise, Rung, Skipped } from './state.ts'
import { waitingBefore } from './store.ts'

/** How calls find somebody. */
export interface Rules {
  /** `longest-idle`: one after the other, whoever has been free the longest first. `all`: everybody who is free at once. */
  strategy: 'longest-idle' | 'all'
  /** How long each rung may ring. */
  ringSeconds: number
  /** How long a caller may wait for somebody to be free before they are asked for a message; 0: nobody waits. */
  maxWaitSeconds: number
  /** The line a customer sees when staff call them, in E.164. Default: the line called last. */
  callerId?: string | undefined
}

/** Who may be rung, as routing sees them. */
interface Ladder {
  /** In the order in which they are rung, with the reason of the first. */
  free: OnDuty[]
  because: string
  skipped: Skipped[]
  /** Whether somebody who was not rung for this call is at work, though taken. */
  isSomebodyTaken: boolean
}

/**
 * Chooses whom to ring next and claims them, in the call's own transaction. Nobody is rung twice for one call, but for who handed it
 * over and gets it back. Everybody on duty who is not rung is named with the reason, except those whose turn has simply not come. Who
 * waits is served in the order in which they began to.
 */
export async function route(tx: Tx, roster: Roster, call: Call, rules: Rules & { now: Date }): Promise<MachineEvent> {
  const ladder = ladderOf(call, await roster.onDuty(tx), rules)
  const place = call.transfer ? 1 : 1 + (await waitingBefore(tx, call))
  const rung = place > ladder.free.length ? [] : await claimFor(tx, roster, call, { ladder, rules })
  const { skipped, because } = ladder
  const otherwise = otherwiseFor(call, ladder, { place, rules })
  return { type: 'routed', rung, skipped, ringSeconds: rules.ringSeconds, because, otherwise }
}

function ladderOf(call: Call, onDuty: OnDuty[], rules: Rules): Ladder {
  const wasRung = new Set(staffRung(call))
  const sender = call.transfer?.by.staffId
  const back = onDuty.find(({ id, notFreeBecause }) => id === sender && notFreeBecause === null)
  if (back && !call.legs.some(leg => leg.staffId === sender && isLive(leg)))
    return { free: [back], because: 'it comes back to who handed it over', skipped: [], isSomebodyTaken: false }
  const skipped: Skipped[] = []
  const free: OnDuty[] = []
  for (const person of inOrder(onDuty, rules)) {
    const because = wasRung.has(person.id) ? 'was rung for this call already' : person.notFreeBecause
    if (because) skipped.push({ staffId: person.id, name: person.name, because })
    else free.push(person)
  }
  const because = rules.strategy === 'all' ? 'everybody free' : 'free the longest'
  return { free, because, skipped, isSomebodyTaken: onDuty.some(person => !wasRung.has(person.id) && isTaken(person)) }
}

/** At work, and free again before long: on a call, or wrapping one up. */
function isTaken({ isConnected, callId, presence }: OnDuty): boolean {
  return isConnected && (callId !== null || presence === 'wrapup')
}

async function claimFor(
  tx: Tx,
  roster: Roster,
  call: Call,
  { ladder, rules }: { ladder: Ladder; rules: Rules },
): Promise<Rung[]> {
  const rung: Rung[] = []
  for (const { id, name } of ladder.free) {
    if (rules.strategy === 'longest-idle' && rung.length > 0) break
    if (await roster.claim(tx, id, call.id)) rung.push({ staffId: id, name, legId: newId() })
    else ladder.skipped.push({ staffId: id, name, because: 'was taken a moment ago' })
  }
  return rung
}

function otherwiseFor(
  call: Call,
  { isSomebodyTaken, free }: Ladder,
  { place, rules }: { place: number; rules: Rules & { now: Date } },
): Otherwise {
  const waits = isSomebodyTaken || free.length > 0
  if (!waits || rules.maxWaitSeconds === 0) return { do: 'voicemail', because: 'nobody can be rung' }
  const since = call.queuedAt ?? rules.now
  const untilMs = since.getTime() + rules.maxWaitSeconds * second
  if (untilMs <= rules.now.getTime()) return { do: 'voicemail', because: 'nobody became free in time' }
  return { do: 'queue', because: 'everybody is taken', place, untilMs }
}

/** Claiming several people always goes by id, so that two calls can never wait for each other. */
function inOrder(onDuty: OnDuty[], { strategy }: Rules): OnDuty[] {
  return strategy === 'all' ? onDuty.toSorted((a, b) => (a.id < b.id ? -1 : 1)) : onDuty
}
