import {
  atLeast,
  Forbidden,
  HubError,
  isAllowed,
  isId,
  NotFound,
  route,
  z,
  type CallId,
  type Hub,
  type Principal,
  type Route,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { act, type Stage } from './actor.ts'
import { acts, doAct, type Act } from './acts.ts'
import { DialOut, dialOut } from './dial-out.ts'
import { NotesShown, showNotes } from './notes/show.ts'
import { notesOf } from './notes/store.ts'
import { CallShown, showCall, showTrail, TrailShown } from './show.ts'
import { pageOfCalls, readCall, trailOf, type StoredCall } from './store.ts'
import { RecordingShown, showRecording } from './recordings/routes.ts'
import { recordingsOf } from './recordings/store.ts'
import { tell } from './tell.ts'

const OneCall = z.object({ id: z.uuid() })

/** Looking at calls, calling somebody, and everything that can be done to a call. */
export function callRoutes(hub: Hub, stage: Stage, timeZone: () => string): Route[] {
  return [
    listCalls(hub),
    oneCall(hub, timeZone),
    callSomebody(hub, stage),
    endCall(hub, stage),
    ...acts.map(act => actRoute(hub, stage, act)),
  ]
}

function callSomebody({ store }: Hub, stage: Stage): Route {
  return route({
    method: 'POST',
    path: '/api/calls',
    summary: 'Call somebody: the phone of the member of staff rings first, then the customer’s',
    access: 'agent',
    body: DialOut.extend({
      staffId: z
        .uuid()
        .optional()
        .meta({ description: 'for whom; by default whoever asks. For others only a manager' }),
    }),
    answer: CallShown,
    status: 201,
    handle: async ({ body: { staffId, ...wish }, principal }) => {
      const own = principal?.kind === 'staff' ? principal.staffId : null
      if (staffId !== undefined && staffId !== own && !atLeast(principal?.role ?? 'viewer', 'manager'))
        throw new Forbidden('only a manager has others call somebody')
      const who = (staffId ?? own) as StaffId | null
      if (!who) throw new HubError('bad_request', 'staffId is missing: a program must say whose phone rings')
      return showCall(await store.transact(tx => dialOut(stage, tx, who, wish)))
    },
  })
}

/** The same act as the gateway's command, over HTTP. */
function actRoute({ store }: Hub, stage: Stage, act: Act): Route {
  return route({
    method: 'POST',
    path: `/api/calls/:id/${act.path}`,
    summary: act.summary,
    access: act.access,
    params: OneCall,
    body: act.input,
    answer: CallShown,
    handle: async ({ params, body, principal }) => {
      if (!principal) throw new Forbidden('sign in first')
      const staffId = principal.kind === 'staff' ? principal.staffId : null
      const actor = { staffId, name: principal.name, role: principal.role }
      const about = { callId: params.id as CallId, act, input: body }
      return showCall(await store.transact(tx => doAct({ stage, tx, actor }, about)))
    },
  })
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

function oneCall(hub: Hub, timeZone: () => string): Route {
  return route({
    method: 'GET',
    path: '/api/calls/:id',
    summary: 'A call with its legs and its trail: who was rung, who was not and why, and every turn it took',
    access: 'agent',
    params: OneCall,
    answer: CallShown.extend({
      ...NotesShown.shape,
      recordings: z.array(RecordingShown),
      story: z.array(z.string()),
      trail: z.array(TrailShown),
    }),
    handle: ({ params }) =>
      hub.store.read(async tx => {
        const call = await readCall(tx, params.id as CallId)
        if (!call) throw new NotFound(`call ${params.id}`)
        const trail = await trailOf(tx, call.id)
        const { from, line, direction } = call
        const about = { from, line, direction, timeZone: timeZone(), caller: await nameOf(hub, tx, call) }
        const story = tell(trail, about)
        const recordings = (await recordingsOf(tx, call.id)).map(showRecording)
        return {
          ...showCall(call),
          ...showNotes(await notesOf(tx, call.id)),
          recordings,
          story,
          trail: showTrail(trail),
        }
      }),
  })
}

/** The customer's name, as the card has it. */
async function nameOf(hub: Hub, tx: Tx, { from, profileId }: StoredCall): Promise<string | null> {
  if (from === null || profileId === null) return null
  const card = await hub.wanted('directory')?.card(tx, from)
  return card?.displayName ?? null
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
      const call = await store.transact(async tx => {
        await mustBeTheirs(tx, params.id as CallId, principal)
        return act(stage, tx, params.id as CallId, { type: 'hangup', by })
      })
      if (!call) throw new NotFound(`call ${params.id}`)
      return showCall(call)
    },
  })
}

/** Somebody who leads nobody ends no call that never rang them or had them, as on the gateway. @throws Forbidden */
async function mustBeTheirs(tx: Tx, callId: CallId, principal: Principal | null): Promise<void> {
  if (principal?.kind !== 'staff' || isAllowed(principal, 'EditTeam')) return
  const call = await readCall(tx, callId)
  if (call && !call.legs.some(({ staffId }) => staffId === principal.staffId))
    throw new Forbidden('you are not in this call')
}

function toCursor(id: CallId): string {
  return Buffer.from(id).toString('base64url')
}

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw new HubError('bad_request', 'the cursor is none that this list gave out')
  return id
}
