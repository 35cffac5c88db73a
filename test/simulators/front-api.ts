import type { FaultSettings } from './faults.ts'
import { fileOf } from './files.ts'
import { presentOf, type Company, type FrontMessage } from './front-model.ts'
import { askedBy, pageOf, type PageWorld } from './front-pages.ts'
import type { Rows } from './front-rows.ts'
import { jsonOf, type SimulatorReply, type SimulatorRequest, type SimulatorRoute } from './server.ts'

/** What the API of the simulated company answers from. */
export interface Desk {
  company: Company
  rows: Rows
  pages: PageWorld
  token: string
  /** Whether this request meets a token that is no longer taken. */
  isExpired(): boolean
  /** What was asked so far, the last thousand requests. */
  requests: SimulatorRequest[]
  /** The clock of the machine that answers. */
  clock(): Date
  /** Takes a message on, to be sent later. */
  accept(wish: SendWish): FrontMessage
  importMessage(wish: ImportWish): FrontMessage
}

/** What a send asks for. */
export interface SendWish {
  /** An answer in this conversation; else a new message from a channel. */
  conversationId: string | null
  channelId: string | null
  to: string[]
  subject: string | null
  text: string
}

/** A message that was carried elsewhere. */
export interface ImportWish {
  externalId: string
  isInbound: boolean
  sender: { handle: string; name: string | null }
  to: string[]
  type: string
  subject: string | null
  text: string
  at: Date
}

/** The routes of the Core API that the hub asks, and the ones beside them that it may. */
export function apiRoutes(desk: Desk): SimulatorRoute[] {
  const guarded = (handle: (request: SimulatorRequest) => SimulatorReply) => (request: SimulatorRequest) => {
    if (desk.requests.push(request) > 1000) desk.requests.shift()
    const isKnown = !desk.isExpired() && request.headers['authorization'] === `Bearer ${desk.token}`
    const reply = isKnown ? handle(request) : problem(401, 'Unauthenticated', 'JSON Web Token is invalid')
    return { ...reply, headers: { ...rateHeaders(desk.clock()), ...reply.headers } }
  }
  return [
    { method: 'GET', path: '/me', handle: guarded(() => ({ body: { id: 'cmp_shop', name: 'Lumen & Lace' } })) },
    { method: 'GET', path: '/events', handle: guarded(request => events(desk, request)) },
    { method: 'GET', path: '/contacts', handle: guarded(request => contacts(desk, request)) },
    { method: 'GET', path: '/conversations/:id', handle: guarded(request => conversation(desk, request)) },
    { method: 'GET', path: '/download/:id', handle: guarded(request => download(desk, request)) },
    { method: 'GET', path: '/messages/:id', handle: guarded(request => message(desk, request)) },
    { method: 'POST', path: '/channels/:id/messages', handle: guarded(request => newMessage(desk, request)) },
    { method: 'POST', path: '/conversations/:id/messages', handle: guarded(request => reply(desk, request)) },
    { method: 'POST', path: '/inboxes/:id/imported_messages', handle: guarded(request => imported(desk, request)) },
  ]
}

/** Front's 429: seconds in the header, and once in a while the tier of a heavy route. */
export function tooMany({ retryAfterSeconds }: FaultSettings, clock: Date): SimulatorReply {
  const reset = Math.ceil(clock.getTime() / 1000) + retryAfterSeconds
  const text = `Rate limit exceeded. Please retry in ${retryAfterSeconds * 1000} milliseconds.`
  return {
    ...problem(429, 'Rate limit exceeded', text),
    headers: {
      ...rateHeaders(clock),
      ...{
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': `${reset}.000`,
        'retry-after': String(retryAfterSeconds),
      },
      'x-front-tier': '1',
    },
  }
}

function rateHeaders(clock: Date): { [name: string]: string } {
  const reset = `${Math.ceil(clock.getTime() / 60_000) * 60}.000`
  const rate = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '49', 'x-ratelimit-reset': reset }
  return { date: clock.toUTCString(), ...rate }
}

function problem(status: number, title: string, message: string): SimulatorReply {
  return { status, body: { _error: { status, title, message } } }
}

function events({ company, rows, pages }: Desk, { url }: SimulatorRequest): SimulatorReply {
  const asked = askedBy('/events', url.searchParams, { after: 'q[after]', before: 'q[before]', limit: 15 })
  const wanted = company.events.filter(({ type }) => asked.types.length === 0 || asked.types.includes(type))
  const paged = { rows: wanted, keyOf: ({ at, id }: { at: Date; id: string }) => ({ at: at.getTime(), id }) }
  return pageOf({ ...paged, write: rows.event }, asked, pages)
}

function contacts({ company, rows, pages }: Desk, { url }: SimulatorRequest): SimulatorReply {
  const names = { after: 'q[updated_after]', before: 'q[updated_before]', limit: 100 }
  const asked = askedBy('/contacts', url.searchParams, names)
  const keyOf = ({ updatedAt, id }: { updatedAt: Date; id: string }): { at: number; id: string } => {
    return { at: updatedAt.getTime(), id }
  }
  return pageOf({ rows: [...company.contacts.values()], keyOf, write: rows.contact }, asked, pages)
}

function conversation(desk: Desk, { params }: SimulatorRequest): SimulatorReply {
  const found = desk.company.conversations.get(params['id'] ?? '')
  if (!found) return problem(404, 'Not found', 'Unknown conversation')
  return movedTo(desk, found.id, '') ?? { body: desk.rows.conversation(found) }
}

/** 301 for a conversation that was merged into another, with the address it has there. */
function movedTo({ company, pages }: Desk, id: string, path: string): SimulatorReply | null {
  const present = presentOf(company, id)
  if (!present || present.id === id) return null
  return { status: 301, headers: { location: `${pages.linkBase}/conversations/${present.id}${path}` }, body: {} }
}

function message({ company, rows }: Desk, { params }: SimulatorRequest): SimulatorReply {
  const [, uid] = /^alt:uid:(.+)$/.exec(params['id'] ?? '') ?? []
  const all = [...company.messages.values()]
  const found = uid ? all.find(one => one.uid === uid) : company.messages.get(params['id'] ?? '')
  return found ? { body: rows.message(found) } : problem(404, 'Not found', 'Unknown message')
}

/** A file of a message; whoever asks needs the token. */
function download({ company }: Desk, { params }: SimulatorRequest): SimulatorReply {
  for (const { attachments } of company.messages.values()) {
    const file = attachments.find(({ id }) => id === params['id'])
    if (file) return { headers: { 'content-type': file.contentType }, body: fileOf(file.contentType, file.id) }
  }
  return problem(404, 'Not found', 'Unknown attachment')
}

/** The fields of a send that we read. */
interface SendBody {
  to?: string[]
  subject?: string
  body?: string
  text?: string
  channel_id?: string
}

function newMessage(desk: Desk, request: SimulatorRequest): SimulatorReply {
  const wish = wishOf(jsonOf(request) as SendBody)
  if (wish.to.length === 0) return problem(400, 'Bad request', 'Body did not satisfy requirements: to: missing')
  return accepted(desk, { ...wish, channelId: request.params['id'] ?? null })
}

function reply(desk: Desk, request: SimulatorRequest): SimulatorReply {
  const id = request.params['id'] ?? ''
  if (!desk.company.conversations.has(id)) return problem(404, 'Not found', 'Unknown conversation')
  const moved = movedTo(desk, id, '/messages')
  return moved ?? accepted(desk, { ...wishOf(jsonOf(request) as SendBody), conversationId: id })
}

function wishOf({ to = [], subject, body = '', text, channel_id: channelId }: SendBody): SendWish {
  if (body === '') throw new RangeError('Body did not satisfy requirements: body: missing')
  return { conversationId: null, channelId: channelId ?? null, to, subject: subject ?? null, text: text ?? body }
}

function accepted(desk: Desk, wish: SendWish): SimulatorReply {
  return { status: 202, body: { status: 'accepted', message_uid: desk.accept(wish).uid } }
}

/** The fields of an import that we read. */
interface ImportBody {
  sender?: { handle?: string; name?: string }
  to?: string[]
  subject?: string
  body?: string
  type?: string
  external_id?: string
  created_at?: number
  metadata?: { is_inbound?: boolean }
}

function imported(desk: Desk, request: SimulatorRequest): SimulatorReply {
  const body = jsonOf(request) as ImportBody
  const missing = (['sender', 'to', 'body', 'external_id', 'created_at', 'metadata'] as const).filter(
    name => !body[name],
  )
  if (missing.length > 0) return problem(400, 'Bad request', `Body did not satisfy requirements: ${missing.join(', ')}`)
  const message = desk.importMessage(importIn(body))
  return { status: 202, body: { status: 'accepted', message_uid: message.uid } }
}

function importIn({ sender, to, ...body }: ImportBody): ImportWish {
  return {
    ...{ externalId: String(body.external_id), type: body.type ?? 'email', text: String(body.body) },
    ...{ subject: body.subject ?? null, at: new Date(Number(body.created_at) * 1000) },
    isInbound: body.metadata?.is_inbound !== false,
    sender: { handle: dialled(String(sender?.handle)), name: sender?.name ?? null },
    to: (to ?? []).map(dialled),
  }
}

/** A number without a country is taken for an American one. */
function dialled(handle: string): string {
  return /^\d[\d ]+$/.test(handle) ? `+1${handle.replace(/\D/g, '')}` : handle
}
