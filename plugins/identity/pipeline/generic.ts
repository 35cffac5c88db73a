import { namesakeKey } from './reading.ts'
import type { Compared, GenericState } from './made.ts'
import { step } from './step.ts'

/**
 * Keeps count of the keys that tell nobody apart. Of a key that was generic only some of those who have it are here, but of
 * everyone who says the same either all or none: so what they add and take away is exact.
 */
export const generic = step({
  name: 'generic',
  needs: ['candidates', 'before', 'judgement'],
  makes: ['generic'],
  run: ({ candidates, before, judgement }, { cap, isWhole }) => {
    const known = new Map(before.generic.map(one => [one.key, one]))
    const watched = new Set([...known.keys(), ...judgement.generic.map(({ field, value }) => `${field}:${value}`)])
    const now = signaturesByKey(candidates.filter(({ isUnverified }) => !isUnverified).map(keyed), watched)
    const then = signaturesByKey(
      before.candidates.filter(({ isUnverified }) => !isUnverified),
      watched,
    )
    const fields = new Map(judgement.generic.map(({ field, value }) => [`${field}:${value}`, field]))
    return {
      generic: [...watched].flatMap((key): GenericState[] => {
        const old = known.get(key)
        const here = now.get(key)?.size ?? 0
        if (!old) return [{ key, field: fields.get(key)!, signatures: here, state: 'generic' }]
        const signatures = isClosed(old, cap) && !isWhole ? old.signatures + here - (then.get(key)?.size ?? 0) : here
        const isOver = old.state === 'generic' && signatures < cap / 2
        return isOver ? [] : [{ ...old, signatures }]
      }),
    }
  },
})

/** The keys of a candidate as they are stored: with a generic key goes one more, shared by its namesakes. */
export function storedKeysOf({ plainKeys, values, signature }: Compared, generic: ReadonlySet<string>): string[] {
  if (generic.size === 0) return [...plainKeys]
  return plainKeys.flatMap(key => (generic.has(key) ? [key, namesakeKey(key, values, signature)] : [key]))
}

/** Whether nobody but namesakes is connected over a key: also over one that was lifted, where that would be too much work. */
export function isClosed({ state, signatures }: Pick<GenericState, 'state' | 'signatures'>, cap: number): boolean {
  return state !== 'lifted' || signatures > cap
}

/** The keys over which nobody but namesakes is connected. */
export function closedKeys(generic: readonly GenericState[], cap: number): Set<string> {
  return new Set(generic.filter(one => isClosed(one, cap)).map(({ key }) => key))
}

interface Keyed {
  keys: readonly string[]
  signature: string
}

function keyed({ plainKeys, signature }: Compared): Keyed {
  return { keys: plainKeys, signature }
}

function signaturesByKey(all: readonly Keyed[], watched: ReadonlySet<string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  if (watched.size === 0) return found
  for (const { keys, signature } of all)
    for (const key of keys) if (watched.has(key)) found.set(key, (found.get(key) ?? new Set<string>()).add(signature))
  return found
}
