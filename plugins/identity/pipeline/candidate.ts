import { foldName, type PersonRole, type RecordKind } from '@switchboard/core'
import type { Evidence } from '../engine/evidence.ts'

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
}

/** What is compared of a candidate. */
export function evidenceOf(candidate: Omit<Candidate, 'id'>): Evidence {
  const { firstName, lastName, emailKey, phones } = candidate
  return { first: firstName && foldName(firstName), last: lastName && foldName(lastName), email: emailKey, phones }
}

/** The values by which a candidate is found, and by which it can be connected with others. */
export function keysOf({ emailKey, phones }: Pick<Candidate, 'emailKey' | 'phones'>): string[] {
  return [...(emailKey ? [emailKeyOf(emailKey)] : []), ...phones.map(phoneKeyOf)]
}

/** The key of a canonical email. */
export function emailKeyOf(canonical: string): string {
  return `email:${canonical}`
}

/** The key of a phone in E.164. */
export function phoneKeyOf(e164: string): string {
  return `phone:${e164}`
}
