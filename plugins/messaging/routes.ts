import {
  HubError,
  NotFound,
  route,
  z,
  type Principal,
  type RawAnswer,
  type Route,
  type StaffId,
} from '@switchboard/core'
import { answer, assign, choosePerson, read, Said, write, type Author, type Templates } from './acts.ts'
import { holdersOf } from './attach.ts'
import { refusalOf } from './consent-store.ts'
import type { Desk } from './desk.ts'
import { normalHandle } from './handle.ts'
import { openMedia } from './media.ts'
import { listMessages } from './message-store.ts'
import { MessageShown, OnItsWay, showMessage, showThread, ThreadShown } from './show.ts'
import { placesIn } from './templates.ts'
import { listThreads, readThread, type WantedThreads } from './thread-store.ts'

const One = z.object({ id: z.uuid() })
const Paging = { limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().optional() }

const Asked = z.object({
  ...Paging,
  profile: z.uuid().optional(),
  owner: z.union([z.uuid(), z.literal('nobody')]).optional(),
  unread: z.stringbool().optional(),
  vendor: z.string().optional(),
  handle: z.string().optional().meta({ description: 'a phone number or an email address, however written' }),
  q: z.string().min(1).max(200).optional().meta({ description: 'words that were said; "in quotes" in this order' }),
})

/** Conversations over HTTP. */
export function threadRoutes(desk: Desk & { templates: Templates }): Route[] {
  return [
    list(desk),
    begin(desk),
    one(desk),
    messages(desk),
    reply(desk),
    ...changes(desk),
    media(desk),
    templates(desk),
  ]
}

function list(desk: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/threads',
    summary: 'Conversations by text and email, the one in which something was said last first',
    access: 'agent',
    query: Asked,
    answer: z.object({ items: z.array(ThreadShown), cursor: z.string().nullable() }),
    handle: async ({ query }) => {
      const { limit } = query
      const found = await desk.store.read(tx => listThreads(tx, wantedOf(desk, query)))
      const last = found.length > limit ? found[limit - 1] : undefined
      return { items: found.slice(0, limit).map(showThread), cursor: last ? cursorOf(last.lastAt, last.id) : null }
    },
  })
}

/** One more than asked for, to know whether there are more. */
function wantedOf({ settings }: Desk, asked: z.output<typeof Asked>): WantedThreads {
  const { profile: profileId = null, owner = null, unread: isUnread = null, vendor = null, handle, q = null } = asked
  const isNobody = owner === 'nobody'
  return {
    ...{ profileId, isUnread, vendor, q, ownerId: isNobody ? null : owner, isOwned: isNobody ? false : null },
    handle: handle === undefined ? null : normalHandle(handle, settings.region),
    before: placeOf(asked.cursor),
    limit: asked.limit + 1,
  }
}

function begin(desk: Desk & { templates: Templates }): Route {
  return route({
    method: 'POST',
    path: '/api/threads',
    summary: 'Write to somebody: in the conversation there is, or in a new one',
    access: 'agent',
    body: Said.extend({ to: z.string().min(3).max(320), line: z.string().optional() }),
    answer: OnItsWay,
    status: 202,
    handle: ({ body: { to, line = null, ...said }, principal }) =>
      write(desk, { to, line, author: authorOf(principal) }, said),
  })
}

function one(desk: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/threads/:id',
    summary: 'A conversation: whose it may be, and whether they want messages',
    access: 'agent',
    params: One,
    answer: ThreadShown.extend({
      people: z.array(z.object({ profileId: z.string(), displayName: z.string(), confidence: z.number() })),
      optedOut: z.object({ because: z.string(), at: z.date() }).nullable(),
    }),
    handle: ({ params }) =>
      desk.store.read(async tx => {
        const thread = await readThread(tx, params.id)
        if (!thread) throw new NotFound('this conversation')
        const { vendor, handle, line } = thread
        const optedOut = handle === null ? null : await refusalOf(tx, { vendor, handle, line })
        return { ...showThread(thread), people: await holdersOf(desk, tx, thread), optedOut }
      }),
  })
}

function messages(desk: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/threads/:id/messages',
    summary: 'What was said in a conversation, newest first',
    access: 'agent',
    params: One,
    query: z.object(Paging),
    answer: z.object({ items: z.array(MessageShown), cursor: z.string().nullable() }),
    handle: ({ params, query: { limit, cursor } }) =>
      desk.store.read(async tx => {
        const thread = await readThread(tx, params.id)
        if (!thread) throw new NotFound('this conversation')
        const found = await listMessages(tx, { threadId: thread.id, before: placeOf(cursor), limit: limit + 1 })
        const last = found.length > limit ? found[limit - 1] : undefined
        return { items: found.slice(0, limit).map(showMessage), cursor: last ? cursorOf(last.at, last.id) : null }
      }),
  })
}

function reply(desk: Desk & { templates: Templates }): Route {
  return route({
    method: 'POST',
    path: '/api/threads/:id/messages',
    summary: 'Answer in a conversation; it is sent once, also when the request is repeated with its key',
    access: 'agent',
    params: One,
    body: Said,
    answer: OnItsWay,
    status: 202,
    handle: ({ params, body, principal }) => answer(desk, { threadId: params.id, author: authorOf(principal) }, body),
  })
}

function changes(desk: Desk): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/threads/:id/read',
      summary: 'Mark a conversation as read',
      access: 'agent',
      params: One,
      answer: ThreadShown,
      handle: async ({ params }) => showThread(await read(desk, params.id)),
    }),
    route({
      method: 'POST',
      path: '/api/threads/:id/owner',
      summary: 'Say who is to answer a conversation; null: anybody',
      access: 'agent',
      params: One,
      body: z.object({ ownerId: z.uuid().nullable() }),
      answer: ThreadShown,
      handle: async ({ params, body: { ownerId } }) =>
        showThread(await assign(desk, params.id, ownerId as StaffId | null)),
    }),
    route({
      method: 'POST',
      path: '/api/threads/:id/person',
      summary: 'Say who writes in a conversation whose number or address several people have',
      access: 'agent',
      params: One,
      body: z.object({ profileId: z.uuid() }),
      answer: ThreadShown,
      handle: async ({ params, body: { profileId } }) => showThread(await choosePerson(desk, params.id, profileId)),
    }),
  ]
}

function media(desk: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/messages/:id/media/:index',
    summary: 'A file that came with a message',
    access: 'agent',
    params: One.extend({ index: z.coerce.number().int().min(0).max(99) }),
    isRaw: true,
    handle: ({ params: { id, index } }): Promise<RawAnswer> => openMedia(desk, id, index),
  })
}

function templates({ templates }: { templates: Templates }): Route {
  return route({
    method: 'GET',
    path: '/api/templates',
    summary: 'Texts that are ready to be sent, and what has to be filled in',
    access: 'agent',
    answer: z.object({ items: z.array(z.object({ name: z.string(), text: z.string(), values: z.array(z.string()) })) }),
    handle: async () => ({
      items: Object.entries(templates).map(([name, text]) => ({ name, text, values: placesIn(text) })),
    }),
  })
}

function authorOf(principal: Principal | null): Author {
  if (!principal) throw new HubError('unauthenticated', 'sign in')
  const { name } = principal
  return principal.kind === 'staff'
    ? { id: principal.staffId, staffId: principal.staffId, name }
    : { id: principal.keyId, staffId: null, name }
}

function cursorOf(at: Date, id: string): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}

function placeOf(cursor: string | undefined): { at: Date; id: string } | null {
  if (cursor === undefined) return null
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const at = new Date(time)
  if (Number.isNaN(at.getTime()) || !z.uuid().safeParse(id).success)
    throw new HubError('bad_request', 'the cursor is none that this list gave out')
  return { at, id }
}
