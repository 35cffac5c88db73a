import type { Candidate } from './candidate.ts'
import { closedKeys } from './generic.ts'
import type { Compared, Draft, Relation } from './made.ts'
import { areApart } from './match.ts'
import { step } from './step.ts'

/** More people than this on one email or phone are no household: who shares it is found by searching for it. */
const mostSharers = 20

/** Says who shares an email or a phone, or is named beside somebody by a record. A generic contact relates nobody. */
export const relate = step({
  name: 'relate',
  needs: ['drafts', 'generic'],
  makes: ['relations'],
  run: ({ drafts, generic }, { model, cap }) => ({
    relations: [...couplesIn(drafts, model.apart), ...sharersIn(drafts, closedKeys(generic, cap))],
  }),
})

/** Pairs whom a record names as two people, once for each kind of record. */
function couplesIn(drafts: readonly Draft[], apart: readonly (readonly [string, string])[]): Relation[] {
  const roles = new Set(apart.flat())
  const concerned = drafts.flatMap(({ members }, draft) =>
    members.filter(({ candidate }) => roles.has(candidate.role)).map(({ candidate }) => ({ candidate, draft })),
  )
  const found = [...Map.groupBy(concerned, ({ candidate }) => candidate.recordId).values()].flatMap(of =>
    pairsOf(of)
      .filter(([one, other]) => one.draft !== other.draft && areApart(one.candidate, other.candidate, apart))
      .map(([one, other]) => relation(one.draft, other.draft, 'partner', one.candidate.kind)),
  )
  return distinct(found)
}

function sharersIn(drafts: readonly Draft[], closed: ReadonlySet<string>): Relation[] {
  const first = new Map<string, number>()
  const holders = new Map<string, Set<number>>()
  drafts.forEach(({ members }, draft) => {
    for (const { candidate } of members)
      for (const key of contactsOf(candidate)) {
        const one = first.get(key)
        if (one === undefined) first.set(key, draft)
        else if (one !== draft) holders.set(key, (holders.get(key) ?? new Set([one])).add(draft))
      }
  })
  return [...holders]
    .filter(([key, of]) => of.size <= mostSharers && !closed.has(key))
    .flatMap(([key, of]) =>
      pairsOf([...of]).map(([one, other]) => relation(one, other, kindOf(key, drafts[one]!, drafts[other]!), key)),
    )
}

/** The keys of a candidate by which people are looked up: they come first. */
function contactsOf({ emailKey, phones, plainKeys }: Compared): readonly string[] {
  const count = (emailKey ? 1 : 0) + phones.length
  return plainKeys.length === count ? plainKeys : plainKeys.slice(0, count)
}

function kindOf(key: string, one: Draft, other: Draft): Relation['kind'] {
  if (lastNamesOf(one).intersection(lastNamesOf(other)).size > 0) return 'household'
  return key.startsWith('email:') ? 'shares_email' : 'shares_phone'
}

function lastNamesOf({ members }: Draft): Set<string> {
  return new Set(members.flatMap(({ candidate }) => candidate.values['last'] ?? []))
}

function relation(one: number, other: number, kind: Relation['kind'], via: Candidate['kind'] | string): Relation {
  return { a: Math.min(one, other), b: Math.max(one, other), kind, via }
}

function distinct(relations: Relation[]): Relation[] {
  return [...new Map(relations.map(one => [`${one.a} ${one.b} ${one.via}`, one])).values()]
}

function pairsOf<T>(all: readonly T[]): [T, T][] {
  return all.flatMap((one, at) => all.slice(at + 1).map((other): [T, T] => [one, other]))
}
