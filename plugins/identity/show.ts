import { z } from '@switchboard/core'
import { fields, probabilityAt, type Field } from './engine/model.ts'
import { inWords } from './pipeline/profiles.ts'
import type { SignedPerson, StoredLink, StoredMember, StoredProfile } from './profile-store.ts'

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

const SideShown = z.object({ source: z.string(), externalId: z.string() })

/** A comparison that holds a person together, field by field; `total` is the sum so far, in bits. */
export const LinkShown = z.object({
  a: SideShown.nullable(),
  b: SideShown.nullable(),
  because: z.string(),
  waterfall: z.array(
    z.object({
      field: z.enum(fields),
      values: z.tuple([z.string().nullable(), z.string().nullable()]),
      level: z.enum(['missing', 'differs', 'equal']),
      bits: z.number(),
      total: z.number(),
    }),
  ),
  weight: z.number(),
  probability: z.number(),
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

export function showLink(link: StoredLink, signed: ReadonlyMap<string, SignedPerson>): z.output<typeof LinkShown> {
  const [a, b] = [signed.get(link.a) ?? null, signed.get(link.b) ?? null]
  let total = 0
  const waterfall = link.levels.map(({ field, level, bits }) => {
    total += bits
    return {
      field,
      level,
      bits,
      total: rounded(total),
      values: [valueOf(a, field), valueOf(b, field)] as [string | null, string | null],
    }
  })
  const side = (person: SignedPerson | null) => person && { source: person.source, externalId: person.externalId }
  return {
    a: side(a),
    b: side(b),
    because: inWords(link.levels),
    waterfall,
    weight: rounded(link.weight),
    probability: probabilityAt(link.weight),
  }
}

function valueOf(person: SignedPerson | null, field: Field): string | null {
  if (!person) return null
  return field === 'phone' ? person.phones.join(', ') || null : person[field]
}

/** To a hundredth of a bit, which is as fine as weights are. */
function rounded(bits: number): number {
  return Math.round(bits * 100) / 100
}
