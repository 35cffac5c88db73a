import { newId, type OnDuty, type Roster, type StaffId, type Tx } from '@switchboard/core'
import { staffRung } from './state.ts'
import type { Call, MachineEvent, Rung, Skipped } from './state.ts'

/** How calls find somebody. */
export interface Rules {
  /** `longest-idle`: one after the other, whoever has been free the longest first. `all`: everybody who is free at once. */
  strategy: 'longest-idle' | 'all'
  /** How long each rung may ring. */
  ringSeconds: number
}

/**
 * Chooses whom to ring next and claims them, in the call's own transaction. Nobody is rung twice for one call.
 * Everybody on duty who is not rung is named with the reason, except those whose turn has simply not come.
 */
export async function route(tx: Tx, roster: Roster, call: Call, rules: Rules): Promise<MachineEvent> {
  const wasRung = new Set(staffRung(call))
  const onDuty = await roster.onDuty(tx)
  const rung: Rung[] = []
  const skipped: Skipped[] = []
  for (const person of inOrder(onDuty, rules)) {
    const because = whyNot(person, wasRung)
    if (because) skipped.push(skip(person, because))
    else if (rules.strategy === 'longest-idle' && rung.length > 0) continue
    else if (await roster.claim(tx, person.id, call.id))
      rung.push({ staffId: person.id, name: person.name, legId: newId() })
    else skipped.push(skip(person, 'was taken a moment ago'))
  }
  const because = rules.strategy === 'all' ? 'everybody free' : 'free the longest'
  return { type: 'routed', rung, skipped, ringSeconds: rules.ringSeconds, because }
}

/** Claiming several people always goes by id, so that two calls can never wait for each other. */
function inOrder(onDuty: OnDuty[], { strategy }: Rules): OnDuty[] {
  return strategy === 'all' ? onDuty.toSorted((a, b) => (a.id < b.id ? -1 : 1)) : onDuty
}

function whyNot(person: OnDuty, wasRung: ReadonlySet<StaffId>): string | null {
  return wasRung.has(person.id) ? 'was rung for this call already' : person.notFreeBecause
}

function skip({ id, name }: OnDuty, because: string): Skipped {
  return { staffId: id, name, because }
}
