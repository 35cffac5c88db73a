import { newId } from '../model/id.ts'
import type { Audit } from '../ports/audit.ts'
import type { Principal } from '../ports/auth.ts'
import type { Store, Tx } from '../ports/store.ts'

/** A line of the audit log. */
export interface AuditLine {
  id: string
  at: Date
  /** Such as `staff:0190…`, `key:…` or `hub`. */
  by: string
  /** What they were called then. */
  byName: string
  what: string
  target: string
  before: unknown
  after: unknown
  reason: string | null
}

/** What a list of audit lines is narrowed by; what is left out does not narrow. */
export interface AuditSearch {
  by?: string | undefined
  what?: string | undefined
  target?: string | undefined
  from?: Date | undefined
  /** Not included. */
  to?: Date | undefined
  /** Lines written before this one. */
  before?: string | undefined
  limit: number
}

/** Opens the audit log of a hub. */
export function openAudit({ now }: { now(): Date }): Audit {
  return {
    record: async (tx, { by, what, target, before = null, after = null, reason = null }) => {
      const { name, title } = whoIs(by)
      await tx.sql`
        insert into audit (id, at, by, by_name, what, target, before, after, reason)
        values (${newId()}, ${now()}, ${name}, ${title}, ${what}, ${target}, ${jsonOf(before)}::jsonb, ${jsonOf(after)}::jsonb, ${reason})`
    },
  }
}

/** Audit lines, the newest first. A prefix with a dot at its end, such as `profile.`, stands for everything that begins with it. */
export function listAudit(store: Store, search: AuditSearch): Promise<AuditLine[]> {
  return store.read(tx => select(tx, search))
}

function select(tx: Tx, { by, what, target, from, to, before, limit }: AuditSearch): Promise<AuditLine[]> {
  const none = (value: unknown): boolean => value === undefined
  return tx.sql<AuditLine>`
    select id, at, by, by_name as "byName", what, target, before, after, reason from audit
    where (${none(by)} or by = ${by ?? ''})
      and (${none(what)} or what = ${what ?? ''} or (right(${what ?? ''}, 1) = '.' and starts_with(what, ${what ?? ''})))
      and (${none(target)} or target = ${target ?? ''})
      and (${none(from)} or at >= ${from ?? null}::timestamptz) and (${none(to)} or at < ${to ?? null}::timestamptz)
      and (${none(before)} or id < ${before ?? null}::uuid)
    order by id desc limit ${limit}`
}

/** One name for whoever it was, and what they are called. */
function whoIs(principal: Principal | null): { name: string; title: string } {
  if (!principal) return { name: 'hub', title: 'the hub' }
  const name = principal.kind === 'staff' ? `staff:${principal.staffId}` : `key:${principal.keyId}`
  return { name, title: principal.name }
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
