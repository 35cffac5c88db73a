import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import helmet from 'koa-helmet'
import { HubError, NotFound } from '../model/errors.ts'
import type { AuthPort } from '../ports/auth.ts'
import type { Log } from '../ports/kit.ts'
import type { Route } from '../ports/plugin.ts'
import type { Store } from '../ports/store.ts'
import { nameOf } from './auth.ts'
import { docsPage } from './docs.ts'
import type { Health } from './health.ts'
import type { Metrics } from './metrics.ts'
import { openApi, type ApiDocument } from './openapi.ts'
import { problemHeaders, problemOf, problemType } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { answerRoute, type EdgeState } from './routes.ts'
import { webhooks, type WebhookSettings } from './webhooks.ts'

/** What the HTTP edge is made of. */
export interface EdgeSettings {
  /** Every route of every plugin. */
  routes: readonly Route[]
  /** Null when no part provides it: then only public routes answer. */
  auth: AuthPort | null
  store: Store
  health: Health
  metrics: Metrics
  log: Log
  now(): Date
  /** Where we are reached; no slash at the end. */
  publicUrl: string
  /** The hub's version, for `/openapi.json`. */
  version: string
  webhooks: Pick<WebhookSettings, 'adapters' | 'keep' | 'answer'>
}

/** The HTTP edge: webhooks first and lean, then the API with everything an API has. */
export function httpApp(settings: EdgeSettings): Koa<EdgeState> {
  const { metrics, log, now, publicUrl } = settings
  const app = new Koa<EdgeState>()
  const router = routerOf(settings)
  app.use(withRequestId(log))
  app.use(webhooks({ ...settings.webhooks, metrics, log, now, publicUrl }))
  app.use(logged(metrics))
  app.use(guarded(publicUrl))
  app.use(problems())
  app.use(router.routes() as Middleware<EdgeState>)
  app.use(unmatched())
  app.on('error', error => log.warn({ error }, 'answer could not be sent'))
  return app
}

function withRequestId(log: Log): Middleware<EdgeState> {
  return (ctx, next) => {
    const requestId = requestIdOf(ctx.req.headers['x-request-id'])
    ctx.state.requestId = requestId
    ctx.state.log = log
    ctx.res.setHeader('x-request-id', requestId)
    return next()
  }
}

/** A line and a measurement for every request: `error` when we are at fault, `debug` for what monitors ask. */
function logged(metrics: Metrics): Middleware<EdgeState> {
  return async (ctx, next) => {
    const stop = metrics.requests.startTimer({ method: ctx.method })
    const { requestId, log } = ctx.state
    ctx.state.log = log.child({ requestId })
    await next()
    const { status, path } = ctx
    const route = String(Reflect.get(ctx, '_matchedRoute') ?? 'unmatched')
    const seconds = stop({ route, status })
    const { principal, error } = ctx.state
    const by = principal && nameOf(principal)
    ctx.state.log[levelOf(status, path)]({ method: ctx.method, path, status, seconds, by, error }, 'request answered')
  }
}

function levelOf(status: number, path: string): 'debug' | 'info' | 'warn' | 'error' {
  if (status === 500) return 'error'
  if (status > 500) return 'warn'
  return path.startsWith('/health') || path === '/metrics' ? 'debug' : 'info'
}

/** The usual security headers. A browser is sent from http to https only where there is https. */
function guarded(publicUrl: string): Middleware<EdgeState> {
  const upgradeInsecureRequests = publicUrl.startsWith('https:') ? [] : null
  return helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests } } }) as Middleware<EdgeState>
}

/** Turns whatever is thrown into a problem, and keeps answers of the API out of caches. */
function problems(): Middleware<EdgeState> {
  return async (ctx, next) => {
    if (ctx.path.startsWith('/api/')) ctx.set('cache-control', 'no-store')
    try {
      await next()
    } catch (error) {
      const problem = problemOf(error, ctx.state.requestId)
      if (problem.status >= 500) ctx.state.error = error
      ctx.status = problem.status
      ctx.set({ ...problemHeaders(problem), 'content-type': problemType })
      ctx.body = JSON.stringify(problem)
    }
  }
}

function routerOf(settings: EdgeSettings): Router<EdgeState> {
  const { routes, health, metrics } = settings
  const router = new Router<EdgeState>()
  let made: ApiDocument | null = null
  const document = (): ApiDocument => (made ??= openApi(routes, settings))
  router.get('/health/live', ctx => {
    ctx.body = { status: 'live' }
  })
  router.get('/health', async ctx => {
    const report = await health()
    ctx.status = report.status === 'ready' ? 200 : 503
    ctx.body = report
  })
  router.get('/metrics', async ctx => {
    ctx.set('content-type', metrics.registry.contentType)
    ctx.body = await metrics.registry.metrics()
  })
  router.get('/openapi.json', ctx => {
    ctx.body = document()
  })
  router.get('/docs', ctx => {
    ctx.type = 'html'
    ctx.body = docsPage(document())
  })
  for (const route of routes) router.register(route.path, [route.method], answerRoute(route, settings))
  return router
}

/** A known path with another method is 405. Anything else is 404, with a token or without: who may not know learns nothing. */
function unmatched(): Middleware<EdgeState> {
  return ctx => {
    const layers = (Reflect.get(ctx, 'matched') ?? []) as { methods: string[] }[]
    const allowed = [...new Set(layers.flatMap(({ methods }) => methods))].toSorted()
    if (allowed.length === 0) throw new NotFound(ctx.path)
    ctx.set('allow', allowed.join(', '))
    if (ctx.method !== 'OPTIONS') throw new HubError('method_not_allowed', `${ctx.path} takes ${allowed.join(', ')}`)
    ctx.status = 204
  }
}
