import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../model/errors.ts'

/** Something the hub cannot serve without. */
export interface Check {
  name: string
  /** Why it cannot serve right now; null when it can. */
  ailing(): string | null | Promise<string | null>
}

/** How far the hub is with its life; `reasons` says what it waits for. */
export interface Phase {
  status: 'starting' | 'ready' | 'draining'
  reasons: string[]
}

/** What `GET /health` answers: 200 when `ready`, else 503. */
export interface HealthReport {
  status: 'ready' | 'starting' | 'draining' | 'ailing'
  reasons: string[]
}

/** Tells whether requests should be sent here. */
export type Health = () => Promise<HealthReport>

const patienceMs = 2_000

/** Ready only when the hub says so and every check passes. A check that throws, or does not end within 2 s, fails. */
export function makeHealth(parts: { phase(): Phase; checks(): readonly Check[] }): Health {
  return async () => {
    const phase = parts.phase()
    if (phase.status !== 'ready') return phase
    const found = await Promise.all(parts.checks().map(reasonOf))
    const reasons = found.filter(reason => reason !== null)
    return { status: reasons.length > 0 ? 'ailing' : 'ready', reasons }
  }
}

async function reasonOf({ name, ailing }: Check): Promise<string | null> {
  const late = new AbortController()
  const tooLate = sleep(patienceMs, `no answer within ${patienceMs / 1000} s`, { signal: late.signal })
  try {
    const reason = await Promise.race([ailing(), tooLate])
    return reason === null ? null : `${name}: ${reason}`
  } catch (error) {
    return `${name}: ${messageOf(error)}`
  } finally {
    tooLate.catch(() => {})
    late.abort()
  }
}
