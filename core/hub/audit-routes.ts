import { z } from 'zod'
import type { Route } from '../ports/plugin.ts'
import type { Store } from '../ports/store.ts'
import { listAudit } from '../store/audit.ts'
import { route } from './define.ts'

const line = z.object({
  id: z.uuid(),
  at: z.date(),
  by: z.string(),
  byName: z.string(),
  what: z.string(),
  target: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
})

const time = z.iso.datetime({ offset: true }).transform(text => new Date(text))

/** Who changed what: looked at, never changed. */
export function auditRoutes({ store }: { store: Store }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/audit',
      summary:
        'Who changed what and why, newest first; `what` may be a beginning that ends in a dot, such as `profile.`',
      access: 'manager',
      query: z.object({
        by: z.string().optional().meta({ description: 'Such as `staff:0190…`, `key:…` or `hub`.' }),
        what: z.string().optional(),
        target: z.string().optional().meta({ description: 'Such as `profile:0190…`.' }),
        from: time.optional(),
        to: time.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.uuid().optional(),
      }),
      answer: z.object({ items: z.array(line), cursor: z.string().nullable() }),
      handle: async ({ query: { cursor, limit, ...search } }) => {
        const found = await listAudit(store, { ...search, before: cursor, limit: limit + 1 })
        const items = found.slice(0, limit)
        return { items, cursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
      },
    }),
  ]
}
