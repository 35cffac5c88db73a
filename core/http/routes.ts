import type { RouterContext } from '@koa/router'
import type { ZodType } from 'zod'
import { HubError, type Issue } from '../model/errors.ts'
import type { AuthPort, Principal } from '../ports/auth.ts'
import type { Log } from '../ports/kit.ts'
import type { RawAnswer, Route } from '../ports/plugin.ts'
import type { Store } from '../ports/store.ts'
import { addressOf } from './address.ts'
import { admit, nameOf } from './auth.ts'
import { parseJsonBody, readBody } from './body.ts'
import { answerOnce, fingerprintOf, type KeptAnswer } from './idempotency.ts'
import { issuesOf } from './issues.ts'

/** What every request carries on its way. */
export interface EdgeState {
  requestId: string
  log: Log
  /** Why it went wrong, for the log. */
  error?: unknown
  principal?: Principal
}

/** A request on its way to a route. */
export type EdgeContext = RouterContext<EdgeState>

/** What answering a route takes. */
export interface RouteParts {
  auth: AuthPort | null
  store: Store
  now(): Date
}

/** Answers one route: who asks, what came in, the handler, what goes out. Nothing is read from those who may not ask. */
export function answerRoute(route: Route, parts: RouteParts): (ctx: EdgeContext) => Promise<void> {
  return async ctx => {
    const principal = await admit(parts.auth, ctx.req.headers.authorization, route.access)
    if (principal) ctx.state.principal = principal
    const bytes = await readBody(ctx.req)
    if (route.isRaw) return sendRaw(ctx, (await run(route, ctx, principal, bytes)) as RawAnswer)
    const answer = (): Promise<KeptAnswer> => handle(route, ctx, principal, bytes)
    const key = ctx.req.headers['idempotency-key']
    const { store, now } = parts
    if (principal && typeof key === 'string' && route.method !== 'GET' && !route.isSecret) {
      const request = {
        principal: nameOf(principal),
        key,
        fingerprint: fingerprintOf(ctx.method, ctx.originalUrl, bytes),
      }
      const answered = await answerOnce({ store, log: ctx.state.log, now: now() }, request, answer)
      if (answered.isReplayed) ctx.set('idempotent-replayed', 'true')
      send(ctx, answered, route.media)
    } else send(ctx, await answer(), route.media)
  }
}

async function handle(route: Route, ctx: EdgeContext, principal: Principal | null, bytes: Buffer): Promise<KeptAnswer> {
  const answer = await run(route, ctx, principal, bytes)
  if (answer === undefined) return { status: 204, body: null }
  return { status: route.status ?? 200, body: route.media ? String(answer) : JSON.stringify(answer) }
}

async function run(route: Route, ctx: EdgeContext, principal: Principal | null, bytes: Buffer): Promise<unknown> {
  const { requestId, log } = ctx.state
  const input = inputOf(route, ctx, bytes)
  return route.handle({ ...input, principal, requestId, address: addressOf(ctx.req), log })
}

/** What came in, checked by the route's schemas. @throws HubError bad_request with every mistake */
function inputOf(route: Route, ctx: EdgeContext, bytes: Buffer): { params: unknown; query: unknown; body: unknown } {
  const issues: Issue[] = []
  const check = (schema: ZodType | undefined, under: string, value: () => unknown): unknown => {
    const checked = schema?.safeParse(value())
    if (checked && !checked.success) issues.push(...issuesOf(checked.error, [under]))
    return checked?.data
  }
  const input = {
    params: route.params ? check(route.params, 'params', () => ctx.params) : { ...ctx.params },
    query: check(route.query, 'query', () => ({ ...ctx.query })),
    body: check(route.body, 'body', () => parseJsonBody(bytes, ctx.req.headers['content-type'])),
  }
  if (issues.length === 0) return input
  const words = issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new HubError('bad_request', words, { issues })
}

function send(ctx: EdgeContext, { status, body }: KeptAnswer, media = 'application/json'): void {
  ctx.status = status
  if (body === null) return
  ctx.type = media
  ctx.body = body
}

function sendRaw(ctx: EdgeContext, { contentType, body }: RawAnswer): void {
  ctx.status = 200
  ctx.set('content-type', contentType)
  ctx.body = body instanceof Uint8Array ? Buffer.from(body) : body
}
