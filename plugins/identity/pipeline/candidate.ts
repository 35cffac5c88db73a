import type { PersonRole, RecordKind } from '@switchboard/core'

/** One person as one record names them, cleaned; what is missing is null. */
export interface Candidate {
  id: string
  recordId: string
  /** The place in the record's list of people, from 0. */
  position: number
  role: PersonRole
  source: string
  kind: RecordKind
  /** When the order was placed or the appointment starts; else when the record changed. */
  happenedAt: Date
  /** When the record last changed at its source. */
  updatedAt: Date
  title: string | null
  firstName: string | null
  lastName: string | null
  suffix: string | null
  company: string | null
  /** As typed, cleaned. */
  email: string | null
  /** The address that all aliases of its mailbox share. */
  emailKey: string | null
  /** E.164, distinct, the most important first. */
  phones: string[]
  /** What plugins read of the person, by field, cleaned. */
  extras: Readonly<Record<string, readonly string[]>>
  /** Typed by somebody whom nobody has verified: it never makes one person of two. */
  isUnverified: boolean
}

/** A candidate as it is stored, with what was derived of it. */
export interface StoredCandidate extends Candidate {
  parkedBecause: string | null
  /** Shared by all who say exactly the same. */
  signature: string
  /** The values by which it is found and connected with others. */
  keys: readonly string[]
}

/** The key of a canonical email. */
export function emailKeyOf(canonical: string): string {
  return `email:${canonical}`
}

/** The key of a phone in E.164. */
export function phoneKeyOf(e164: string): string {
  return `phone:${e164}`
}

/** The email and the phones of a candidate, as the keys by which people are looked up. */
export function contactKeysOf({ emailKey, phones }: Pick<Candidate, 'emailKey' | 'phones'>): string[] {
  return [...(emailKey ? [emailKeyOf(emailKey)] : []), ...phones.map(phoneKeyOf)]
}
