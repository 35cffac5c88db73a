import type { ProfileId } from '@switchboard/core'
import type { StoredCandidate } from './candidate.ts'
import { closedKeys, storedKeysOf } from './generic.ts'
import type { JudgedLink } from './judgement.ts'
import type {
  Before,
  Compared,
  Draft,
  GenericState,
  Made,
  Membership,
  ProfileFields,
  Refusal,
  StoredRelation,
} from './made.ts'
import { digestOf } from './reading.ts'

/** What has to be written so that the tables say what the steps found; what already does is left alone. */
export interface Changes {
  candidates: { put: StoredCandidate[]; drop: string[] }
  /** Keys of candidates; those of dropped candidates go with them. */
  keys: { put: { id: string; key: string }[]; drop: { id: string; key: string }[] }
  memberships: { put: (Membership & { candidateId: string })[]; drop: string[] }
  profiles: {
    put: (ProfileFields & { id: ProfileId })[]
    merged: { from: ProfileId; into: ProfileId }[]
    swept: string[]
  }
  /** The links of these profiles are replaced. */
  links: { profileId: ProfileId; links: readonly JudgedLink[] }[]
  relations: { put: StoredRelation[]; drop: StoredRelation[] }
  refusals: { put: Refusal[]; drop: Refusal[] }
  generic: { put: GenericState[]; drop: string[]; /** Whoever has them is decided anew. */ reopened: string[] }
  news: News[]
  /** The records that were read, in the state in which they were. */
  read: { id: string; revision: string }[]
  /** Everyone who was decided. */
  touched: string[]
}

/** Something others may want to know. */
export interface News {
  name: 'profile.changed' | 'profile.merged' | 'profile.split'
  profileId: string
  data: object
}

/** Compares what the steps made with what was stored. */
export function changesOf(made: Made, cap: number): Changes {
  const { before, drafts, placement, swept } = made
  const members = drafts.flatMap((draft, at) => membershipsOf(draft, placement.ids[at]!))
  const memberships = changedMemberships(members, before)
  const moved = movedBy(memberships, before)
  const isNew = (id: ProfileId): boolean => !before.profiles.has(id)
  const all = drafts.map((draft, at) => ({ id: placement.ids[at]!, links: draft.links, fields: fieldsOf(draft) }))
  const put = all.filter(({ id, fields }) => isNew(id) || moved.has(id) || !isSame(fields, before.profiles.get(id)))
  return {
    ...changedCandidates(made, cap),
    memberships,
    profiles: { put: put.map(({ id, fields }) => ({ id, ...fields })), merged: placement.merged, swept },
    links: put
      .filter(({ id, fields }) => fields.digest !== before.profiles.get(id)?.digest)
      .map(({ id, links }) => ({ profileId: id, links })),
    relations: changedRelations(made),
    refusals: changedRefusals(made),
    generic: changedGeneric(made, cap),
    news: newsOf(
      put.map(({ id }) => id),
      made,
    ),
    read: made.rows.map(({ id, revision }) => ({ id, revision })),
    touched: touchedBy(made),
  }
}

/** The profiles that somebody came to or left. Where nobody was in one before, all are new anyway. */
function movedBy(memberships: Changes['memberships'], before: Before): ReadonlySet<string> {
  const moved = new Set<string>()
  if (before.memberships.size === 0) return moved
  for (const { candidateId, profileId } of memberships.put) {
    moved.add(profileId)
    const then = before.memberships.get(candidateId)
    if (then) moved.add(then.profileId)
  }
  for (const candidateId of memberships.drop) moved.add(before.memberships.get(candidateId)!.profileId)
  return moved
}

function touchedBy({ candidates, before }: Made): string[] {
  const ids = candidates.map(({ id }) => id)
  return before.candidates.length === 0 ? ids : [...new Set([...ids, ...before.candidates.map(({ id }) => id)])]
}

function fieldsOf({ fields, links }: Draft): ProfileFields {
  const said = links.map(({ a, b, weight, shares }) => [a, b, weight, shares])
  return { ...fields, digest: links.length === 0 ? '' : digestOf(JSON.stringify(said)) }
}

function membershipsOf({ members }: Draft, profileId: ProfileId): (Membership & { candidateId: string })[] {
  return members.map(({ candidate, because, weight }) => ({ candidateId: candidate.id, profileId, because, weight }))
}

function changedMemberships(members: (Membership & { candidateId: string })[], before: Before): Changes['memberships'] {
  if (before.memberships.size === 0) return { put: members, drop: [] }
  const held = new Set(members.map(({ candidateId }) => candidateId))
  return {
    put: members.filter(({ candidateId, ...member }) => !isSame(member, before.memberships.get(candidateId))),
    drop: [...before.memberships.keys()].filter(candidateId => !held.has(candidateId)),
  }
}

function changedCandidates(made: Made, cap: number): Pick<Changes, 'candidates' | 'keys'> {
  const { before, candidates, parked } = made
  const closed = closedKeys(made.generic, cap)
  if (before.candidates.length === 0) return newCandidates(made, closed)
  const stored = new Map(before.candidates.map(candidate => [candidate.id, candidate]))
  const put: StoredCandidate[] = []
  const keys: Changes['keys'] = { put: [], drop: [] }
  const named = new Set<string>()
  for (const candidate of candidates) {
    const then = stored.get(candidate.id)
    const also = { parkedBecause: parked.get(candidate.id) ?? null, keys: storedKeysOf(candidate, closed) }
    if (!isStored(candidate, also.parkedBecause, then)) put.push({ ...candidate, ...also })
    noteKeys(keys, candidate.id, { now: also.keys, old: then?.keys ?? [] })
    named.add(candidate.id)
  }
  return { candidates: { put, drop: [...stored.keys()].filter(id => !named.has(id)) }, keys }
}

/** What is stored of a candidate, as it is. */
const said: Readonly<Record<keyof Omit<StoredCandidate, 'id' | 'keys' | 'parkedBecause'>, true>> = {
  ...{ recordId: true, position: true, role: true, source: true, kind: true, happenedAt: true, updatedAt: true },
  ...{ title: true, firstName: true, lastName: true, suffix: true, company: true, email: true, emailKey: true },
  ...{ phones: true, signature: true, extras: true, isUnverified: true },
}
const saidFields = Object.keys(said) as (keyof typeof said)[]

function isStored(now: Compared, parkedBecause: string | null, then: StoredCandidate | undefined): boolean {
  if (then?.parkedBecause !== parkedBecause) return false
  return saidFields.every(field => now[field] === then[field] || isEqual(now[field], then[field]))
}

/** Where nobody was before, there is nothing to compare. */
function newCandidates(
  { candidates, parked }: Made,
  closed: ReadonlySet<string>,
): Pick<Changes, 'candidates' | 'keys'> {
  const keys: Changes['keys']['put'] = []
  const put = candidates.map((candidate): StoredCandidate => {
    const also = { parkedBecause: parked.get(candidate.id) ?? null, keys: storedKeysOf(candidate, closed) }
    const stored = Object.assign(candidate, also)
    for (const key of stored.keys) keys.push({ id: candidate.id, key })
    return stored
  })
  return { candidates: { put, drop: [] }, keys: { put: keys, drop: [] } }
}

/** Notes which keys came and which went. */
function noteKeys(
  changes: Changes['keys'],
  id: string,
  { now, old }: { now: readonly string[]; old: readonly string[] },
): void {
  if (isSameSet(now, old)) return
  for (const key of now) if (!old.includes(key)) changes.put.push({ id, key })
  for (const key of old) if (!now.includes(key)) changes.drop.push({ id, key })
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return (
    some.length === others.length &&
    (some.every((one, at) => one === others[at]) || new Set(some).symmetricDifference(new Set(others)).size === 0)
  )
}

function changedRelations({ relations, placement, before }: Made): Changes['relations'] {
  const now = relations.map(({ a, b, kind, via }): StoredRelation => {
    const [profileA, profileB] = [placement.ids[a]!, placement.ids[b]!].toSorted() as [ProfileId, ProfileId]
    return { profileA, profileB, kind, via }
  })
  const placeOf = ({ profileA, profileB, via }: StoredRelation): string => `${profileA} ${profileB} ${via}`
  const { put } = changed(now, before.relations, one => `${placeOf(one)} ${one.kind}`)
  return { put, drop: changed(now, before.relations, placeOf).drop }
}

/** A "no" on the same evidence is the same one, though others may have changed what it weighs. */
function changedRefusals({ refusals, before }: Made): Changes['refusals'] {
  const nameOf = ({ a, b, model, evidence }: Refusal): string => `${a} ${b} ${model} ${evidence}`
  const { drop } = changed(refusals, before.refusals, nameOf)
  return {
    put: changed(refusals, before.refusals, one => `${nameOf(one)} ${one.score} ${one.because} ${one.flips}`).put,
    drop,
  }
}

function changedGeneric({ generic, before, candidates }: Made, cap: number): Changes['generic'] {
  const { put, drop } = changed(
    generic,
    before.generic,
    ({ key, signatures, state }) => `${key} ${signatures} ${state}`,
  )
  const [then, now] = [closedKeys(before.generic, cap), closedKeys(generic, cap)]
  const kept = new Set(generic.map(({ key }) => key))
  const isAny = candidates.length > 0 || before.candidates.length > 0
  return {
    put,
    drop: drop.map(({ key }) => key).filter(key => !kept.has(key)),
    reopened: isAny ? [...then].filter(key => !now.has(key)) : [],
  }
}

/** What is new, and what is no more, of things that have a name. */
function changed<T>(now: readonly T[], then: readonly T[], nameOf: (one: T) => string): { put: T[]; drop: T[] } {
  const [names, old] = [new Set(now.map(nameOf)), new Set(then.map(nameOf))]
  return { put: now.filter(one => !old.has(nameOf(one))), drop: then.filter(one => !names.has(nameOf(one))) }
}

function newsOf(changed: readonly ProfileId[], { placement, swept }: Made): News[] {
  const merged = Map.groupBy(placement.merged, ({ into }) => into)
  return [
    ...changed.map((profileId): News => ({ name: 'profile.changed', profileId, data: { profileId } })),
    ...swept.map((profileId): News => ({ name: 'profile.changed', profileId, data: { profileId, isGone: true } })),
    ...[...merged].map(([profileId, of]): News => ({
      name: 'profile.merged',
      profileId,
      data: { profileId, merged: of.map(({ from }) => from) },
    })),
    ...placement.split.map(({ from, into }): News => ({
      name: 'profile.split',
      profileId: from,
      data: { profileId: from, into },
    })),
  ]
}

/** Whether two flat objects hold the same values; dates and lists by what they say. */
function isSame<T extends object>(now: T, then: T | undefined): boolean {
  return then !== undefined && Object.entries(now).every(([key, value]) => isEqual(value, then[key as keyof T]))
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime()
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => item === b[at])
  return isRecord(a) ? isRecord(b) && Object.keys(a).length === Object.keys(b).length && isSame(a, b) : a === b
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
