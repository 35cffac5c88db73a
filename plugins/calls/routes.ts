import { HubError, isId, NotFound, route, z, type CallId, type Hub, type Route } from '@switchboard/core'
import { act, type Stage } from './actor.ts'
import { CallShown, showCall, showTrail, TrailShown } from './show.ts'
import { pageOfCalls, readCall, trailOf } from './store.ts'

const OneCall = z.object({ id: z.uuid() })

/** Looking at calls, and ending one. */
export function callRoutes(hub: Hub, stage: Stage): Route[] {
  return [listCalls(hub), oneCall(hub), endCall(hub, stage)]
}

function listCalls({ store }: Hub): Route {
  return route({
    method: 'GET',
    path: '/api/calls',
    summary: 'Calls, newest first',
    access: 'agent',
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().optional() }),
    answer: z.object({ items: z.array(CallShown), cursor: z.string().nullable() }),
    handle: async ({ query: { limit, cursor } }) => {
      const before = cursor === undefined ? null : fromCursor(cursor)
      const calls = await store.read(tx => pageOfCalls(tx, limit + 1, before))
      const last = calls.length > limit ? calls[limit - 1] : undefined
      return { items: calls.slice(0, limit).map(showCall), cursor: last ? toCursor(last.id) : null }
    },
  })
}

function oneCall({ store }: Hub): Route {
  return route({
    method: 'GET',
    path: '/api/calls/:id',
    summary: 'A call with its legs and its trail: who was rung, who was not and why, and every turn it took',
    access: 'agent',
    params: OneCall,
    answer: CallShown.extend({ trail: z.array(TrailShown) }),
    handle: ({ params }) =>
      store.read(async tx => {
        const call = await readCall(tx, params.id as CallId)
        if (!call) throw new NotFound(`call ${params.id}`)
        return { ...showCall(call), trail: showTrail(await trailOf(tx, call.id)) }
      }),
  })
}

function endCall({ store }: Hub, stage: Stage): Route {
  return route({
    method: 'POST',
    path: '/api/calls/:id/hangup',
    summary: 'End a call: everybody in it is hung up. Ending one that is over does no harm',
    access: 'agent',
    params: OneCall,
    answer: CallShown,
    handle: async ({ params, principal }) => {
      const by = principal?.name ?? 'the hub'
      const call = await store.transact(tx => act(stage, tx, params.id as CallId, { type: 'hangup', by }))
      if (!call) throw new NotFound(`call ${params.id}`)
      return showCall(call)
    },
  })
}

function toCursor(id: CallId): string {
  return Buffer.from(id).toString('base64url')
}

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw new HubError('bad_request', 'the cursor is none that this list gave out')
  return id
}
