import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import { assemble } from './assembly.ts'
import { makeKit } from './kit.ts'
import { planParts, type Parts } from './plan.ts'
import type { PartState } from './states.ts'

/** What is on, what is off, and what each part brings, found by making the parts without starting any. */
export function describeParts(parts: Parts, log: Log): PartState[] {
  const plan = planParts(switchedOn(parts))
  const never = (): never => {
    throw new Error('nothing runs while the configuration is only looked at')
  }
  const store: Store = { read: never, transact: never }
  const assembly = assemble({
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
    audit: { record: never },
    pull: never,
  })
  const off = new Map(planParts(parts).off.map(({ name, kind, because }) => [`${kind}s.${name}`, because]))
  return [...assembly.states].map(([key, part]) => {
    const because = off.get(key) ?? null
    if (because !== null) return { ...part, state: 'off', because }
    return part.state === 'starting' ? { ...part, state: 'on' } : part
  })
}

/** As if every switch were on: what an off part would bring is shown too, as far as its options allow. */
function switchedOn(parts: Parts): Parts {
  const on = <Entry extends object>(entries: Readonly<Record<string, Entry>>) =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, on: true }]))
  return { adapters: on(parts.adapters), plugins: on(parts.plugins) }
}
