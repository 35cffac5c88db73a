import { createHash } from 'node:crypto'
import type { ProfileId } from '@switchboard/core'
import { signatureOf } from '../engine/evidence.ts'
import { evidenceOf, type Candidate } from './candidate.ts'
import type { Before, Draft, Link, Made, Membership, ProfileFields } from './made.ts'

/** What has to be written so that the tables say what the steps found; what already does is left alone. */
export interface Changes {
  candidates: { put: (Candidate & { parkedBecause: string | null })[]; drop: string[] }
  memberships: { put: (Membership & { candidateId: string })[]; drop: string[] }
  profiles: {
    put: (ProfileFields & { id: ProfileId })[]
    merged: { from: ProfileId; into: ProfileId }[]
    swept: string[]
  }
  /** The links of these profiles are replaced. */
  links: { profileId: ProfileId; links: Link[] }[]
  news: News[]
  /** The records that were read, in the state in which they were. */
  read: { id: string; revision: string }[]
}

/** Something others may want to know. */
export interface News {
  name: 'profile.changed' | 'profile.merged' | 'profile.split'
  profileId: string
  data: object
}

/** Compares what the steps made with what was stored. */
export function changesOf(made: Made): Changes {
  const { before, candidates, attached, placement, parked, swept } = made
  const members = attached.flatMap((draft, at) => membershipsOf(draft, placement.ids[at]!))
  const memberships = changedMemberships(members, before)
  const moved = new Set(
    memberships.put.flatMap(({ candidateId, profileId }) => [
      profileId,
      before.memberships.get(candidateId)?.profileId,
    ]),
  )
  for (const candidateId of memberships.drop) moved.add(before.memberships.get(candidateId)!.profileId)
  const drafts = attached.map((draft, at) => ({ id: placement.ids[at]!, links: draft.links, fields: fieldsOf(draft) }))
  const put = drafts.filter(({ id, fields }) => moved.has(id) || !isSame(fields, before.profiles.get(id)))
  return {
    candidates: changedCandidates(candidates, parked, before),
    memberships,
    profiles: { put: put.map(({ id, fields }) => ({ id, ...fields })), merged: placement.merged, swept },
    links: put
      .filter(({ id, fields }) => fields.digest !== before.profiles.get(id)?.digest)
      .map(({ id, links }) => ({ profileId: id, links })),
    news: newsOf(
      put.map(({ id }) => id),
      made,
    ),
    read: made.rows.map(({ id, revision }) => ({ id, revision })),
  }
}

/** A short name for what a candidate says, the same for all who say the same. */
export function digestOf(signature: string): string {
  return createHash('sha256').update(signature).digest('base64url').slice(0, 22)
}

/** The name under which a candidate's links are kept. */
export function signatureDigest(candidate: Candidate): string {
  return digestOf(signatureOf(evidenceOf(candidate)))
}

function fieldsOf({ fields, links }: Draft): ProfileFields {
  return { ...fields, digest: links.length === 0 ? '' : digestOf(JSON.stringify(links)) }
}

function membershipsOf({ members }: Draft, profileId: ProfileId): (Membership & { candidateId: string })[] {
  return members.map(({ candidate, because, weight }) => ({ candidateId: candidate.id, profileId, because, weight }))
}

function changedMemberships(members: (Membership & { candidateId: string })[], before: Before): Changes['memberships'] {
  const held = new Set(members.map(({ candidateId }) => candidateId))
  return {
    put: members.filter(({ candidateId, ...member }) => !isSame(member, before.memberships.get(candidateId))),
    drop: [...before.memberships.keys()].filter(candidateId => !held.has(candidateId)),
  }
}

function changedCandidates(candidates: Candidate[], parked: Made['parked'], before: Before): Changes['candidates'] {
  const stored = new Map(before.candidates.map(candidate => [candidate.id, candidate]))
  const now = candidates.map(candidate => ({ ...candidate, parkedBecause: parked.get(candidate.id) ?? null }))
  const named = new Set(now.map(({ id }) => id))
  return {
    put: now.filter(candidate => !isSame(candidate, stored.get(candidate.id))),
    drop: [...stored.keys()].filter(id => !named.has(id)),
  }
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
  return a === b
}
