import { z } from 'zod'
import { NotFound } from '../model/errors.ts'
import type { Route } from '../ports/plugin.ts'
import { listInbox, replayInbox, showInbox } from '../store/inbox-entries.ts'
import { sourceStates } from '../sync/source-state.ts'
import { route } from './define.ts'
import { sourceRoutes, sourceStateSchema, type SourceRoutesSettings } from './source-routes.ts'
import { partStateSchema, type PartState } from './states.ts'

/** What the ops routes look at. */
export interface OpsSettings extends SourceRoutesSettings {
  parts(): PartState[]
  wakeInbox(): void
}

const entry = z.object({
  id: z.uuid(),
  adapter: z.string(),
  channel: z.string(),
  deliveryId: z.string(),
  state: z.enum(['waiting', 'done', 'dead']),
  attempts: z.int(),
  error: z.string().nullable(),
  receivedAt: z.date(),
})

const byId = z.object({ id: z.uuid() })

/** The routes of whoever runs the hub: parts, sources, inbox. */
export function opsRoutes(settings: OpsSettings): Route[] {
  return [partsRoute(settings), ...sourceRoutes(settings), ...inboxRoutes(settings)]
}

const part = partStateSchema.extend({ source: sourceStateSchema.optional() })

function partsRoute({ parts, sources, store, now }: OpsSettings): Route {
  return route({
    method: 'GET',
    path: '/api/parts',
    summary: 'Every part: whether it runs, and why not',
    access: 'viewer',
    answer: z.object({ parts: z.array(part) }),
    handle: async () => {
      const states = await sourceStates(store, [...sources().keys()], now())
      const sourceOf = ({ name, kind }: PartState) => states.find(one => kind === 'adapter' && one.name === name)
      return { parts: parts().map(part => ({ ...part, ...given('source', sourceOf(part)) })) }
    },
  })
}

function inboxRoutes({ store, now, wakeInbox }: OpsSettings): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/inbox',
      summary: 'The webhook deliveries we keep, newest first',
      access: 'manager',
      query: z.object({
        state: z.enum(['waiting', 'done', 'dead']).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.uuid().optional(),
      }),
      answer: z.object({ items: z.array(entry), cursor: z.string().nullable() }),
      handle: async ({ query: { state, limit, cursor } }) => {
        const items = await listInbox(store, { state, limit, before: cursor })
        return { items, cursor: items.length === limit ? (items.at(-1)?.id ?? null) : null }
      },
    }),
    route({
      method: 'GET',
      path: '/api/inbox/:id',
      summary: 'One delivery, whole',
      access: 'admin',
      params: byId,
      answer: entry.extend({ url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() }),
      handle: async ({ params }) => {
        const found = await showInbox(store, params.id)
        if (!found) throw new NotFound(`delivery ${params.id}`)
        return found
      },
    }),
    route({
      method: 'POST',
      path: '/api/inbox/:id/replay',
      summary: 'Act on a delivery again, as if it had just come',
      access: 'admin',
      params: byId,
      answer: z.object({ id: z.uuid() }),
      status: 202,
      handle: async ({ params }) => {
        if (!(await replayInbox(store, params.id, now()))) throw new NotFound(`delivery ${params.id}`)
        wakeInbox()
        return { id: params.id }
      },
    }),
  ]
}

/** The field, when there is something to put in it. */
function given<Name extends string, T>(name: Name, value: T | undefined): { [key in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: T })
}
