import { z } from '@switchboard/core'
import type { StoredMember, StoredProfile } from './profile-store.ts'

/** A person, as the API shows them. */
export const ProfileShown = z.object({
  id: z.string(),
  displayName: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  emails: z.array(z.string()),
  phones: z.array(z.string()),
  recordCount: z.int(),
  confidence: z.number(),
  lastSeenAt: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

/** A record of a person: who it names, what it is about, and why it is theirs. */
export const MemberShown = z.object({
  source: z.string(),
  externalId: z.string(),
  kind: z.string(),
  role: z.string(),
  happenedAt: z.string(),
  updatedAt: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  email: z.string().nullable(),
  phones: z.array(z.string()),
  facts: z.unknown(),
  because: z.string(),
  weight: z.number().nullable(),
})

/** One thing that another shares with a person: an `email:…`, a `phone:…`, or the kind of a record that names both. */
export const RelationShown = z.object({
  profileId: z.string(),
  displayName: z.string(),
  kind: z.string(),
  via: z.string(),
})

/** Others who share something with a person. */
export const RelatedShown = z.object({ profileId: z.string(), displayName: z.string(), shares: z.array(z.string()) })

export function showProfile({
  lastSeenAt,
  createdAt,
  updatedAt,
  ...rest
}: StoredProfile): z.output<typeof ProfileShown> {
  return {
    ...rest,
    lastSeenAt: lastSeenAt.toISOString(),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

export function showMember({
  recordId: _,
  signature: __,
  happenedAt,
  updatedAt,
  ...rest
}: StoredMember): z.output<typeof MemberShown> {
  return { ...rest, happenedAt: happenedAt.toISOString(), updatedAt: updatedAt.toISOString() }
}
