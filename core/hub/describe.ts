import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import { assemble, type Assembly } from './assembly.ts'
import { jobsOf } from './collect.ts'
import { planJob, type JobSwitches } from './job-plan.ts'
import { makeKit } from './kit.ts'
import { planParts, type Parts } from './plan.ts'
import type { PartState } from './states.ts'

/** What is on, what is off, and what each part brings, found by making the parts without starting any. */
export function describeParts(parts: Parts, log: Log): PartState[] {
  const off = reasonsOff(parts)
  return [...made(parts, log).states].map(([key, part]) => {
    const because = off.get(key) ?? null
    if (because !== null) return { ...part, state: 'off', because }
    return part.state === 'starting' ? { ...part, state: 'on' } : part
  })
}

/** A job of an install: whether it runs by itself, and why. */
export interface JobDescription {
  name: string
  part: string
  schedule: string | null
  isOn: boolean
  because: string
}

/** Every job that the parts bring, also those that are off; by name. */
export function describeJobs(parts: Parts, log: Log, switches: JobSwitches): JobDescription[] {
  const off = reasonsOff(parts)
  const noJobs = planParts(parts).adapters.some(({ use }) => use.provides.includes('jobs'))
    ? null
    : 'nobody provides jobs'
  return jobsOf(made(parts, log))
    .map(({ part, job }) => {
      const { name, schedule, isOn, because } = planJob(part, job, switches)
      const partOff = off.get(`plugins.${part}`)
      const offBecause = partOff === undefined ? noJobs : `${part} is off: ${partOff}`
      return { name, part, schedule, isOn: isOn && offBecause === null, because: offBecause ?? because }
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
}

function reasonsOff(parts: Parts): Map<string, string> {
  return new Map(planParts(parts).off.map(({ name, kind, because }) => [`${kind}s.${name}`, because]))
}

/** Every part, as if each switch were on. */
function made(parts: Parts, log: Log): Assembly {
  const plan = planParts(switchedOn(parts))
  const never = (): never => {
    throw new Error('nothing runs while the configuration is only looked at')
  }
  const store: Store = { read: never, transact: never }
  return assemble({
    ...{
      plan,
      store,
      roles: new Set(),
      publicUrl: 'http://localhost',
      dataDir: '',
      databaseUrl: 'postgres://localhost/none',
    },
    kit: name => makeKit(name, { log, now: never, signal: new AbortController().signal }),
    vault: () => ({ renewed: never }),
    events: { publish: never },
    outbox: { send: never },
    signals: { send: never, hear: never, isLive: never },
    audit: { record: never },
    pull: never,
    follow: never,
  })
}

/** As if every switch were on: what an off part would bring is shown too, as far as its options allow. */
function switchedOn(parts: Parts): Parts {
  const on = <Entry extends object>(entries: Readonly<Record<string, Entry>>) =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, on: true }]))
  return { adapters: on(parts.adapters), plugins: on(parts.plugins) }
}
