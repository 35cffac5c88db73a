import type { Record } from '@switchboard/core'
import { customerOf, isSomebody, type Customer } from './order.ts'

/** Somebody with an account, as the shop tells it by either way. */
export interface Account extends Customer {
  /** `gid://shopify/Customer/…`, the same id that orders name. */
  id: string
  createdAt: Date | null
  updatedAt: Date
  note: string | null
  tags: string[]
}

/** The account in the hub's words, with what staff wrote about it. `isDenied`: the shop did not show us everything of it. */
export function toContact(account: Account, isDenied = false): Record {
  const person = customerOf(account)
  const isHidden = isDenied && !isSomebody(person)
  return {
    kind: 'contact',
    externalId: account.id,
    version: null,
    updatedAt: account.updatedAt,
    deletedAt: null,
    people: isHidden ? [] : [person],
    ...(isHidden ? { hidden: ['customer'] } : {}),
    facts: { note: account.note, tags: account.tags, since: account.createdAt?.toISOString() ?? null },
  }
}
