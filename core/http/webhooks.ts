import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { HubError, messageOf, NotFound, WebhookRejected } from '../model/errors.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Log } from '../ports/kit.ts'
import type { Channel, HttpReply, WebhookRequest } from '../ports/webhook.ts'
import type { Delivery } from '../store/inbox-door.ts'
import { readBody } from './body.ts'
import type { Metrics } from './metrics.ts'
import { problemOf, writeProblem } from './problem.ts'

/** What the webhook edge needs. */
export interface WebhookSettings {
  /** The adapters that are on, by their entry's name. */
  adapters: ReadonlyMap<string, Pick<Adapter, 'channels'>>
  /** Where vendors reach us; no slash at the end. Signatures are checked against it, never against the request's own idea. */
  publicUrl: string
  /** Keeps a delivery durably. @throws when it could not: the vendor is to send it again */
  keep(delivery: Delivery): Promise<'kept' | 'duplicate'>
  /** Answers a vendor that waits for instructions. */
  answer(delivery: Delivery): Promise<HttpReply>
  metrics: Metrics
  log: Log
  now(): Date
}

const prefix = '/webhooks/'
const accepted: HttpReply = { status: 200, headers: {}, body: '' }

/** `/webhooks/:adapter/:channel`: raw bytes, signature, one durable insert, answer. Nothing else happens before the answer. */
export function webhooks(settings: WebhookSettings): Middleware {
  const { metrics, log } = settings
  return async (ctx, next) => {
    const { req, res } = ctx
    const url = req.url ?? ''
    if (!url.startsWith(prefix)) return next()
    ctx.respond = false
    const stop = metrics.requests.startTimer({ method: req.method ?? '', route: '/webhooks/:adapter/:channel' })
    try {
      const reply = await receive(settings, ctx, url)
      res.writeHead(reply.status, { 'content-length': Buffer.byteLength(reply.body), ...reply.headers }).end(reply.body)
    } catch (error) {
      const { requestId } = ctx.state as { requestId: string }
      const problem = problemOf(error, requestId)
      if (problem.status >= 500)
        log.error({ requestId, url: loggable(settings, url), error }, 'webhook could not be taken')
      else
        log.warn(
          { requestId, url: loggable(settings, url), status: problem.status, reason: messageOf(error) },
          'webhook was refused',
        )
      writeProblem(res, problem)
    }
    stop({ status: res.statusCode })
  }
}

async function receive(settings: WebhookSettings, ctx: Context, url: string): Promise<HttpReply> {
  const { adapter, name, channel } = channelOf(settings, url)
  const count = (outcome: string): void => settings.metrics.webhooks.inc({ adapter, outcome })
  const delivery = { request: await requestOf(settings, ctx, { adapter, channel: name, url }), port: channel.port }
  try {
    const deliveryId = channel.verify(delivery.request)
    const verified = withoutSecrets({ ...delivery, deliveryId }, channel)
    const greeting = channel.greet?.(delivery.request) ?? null
    if (greeting) {
      count('greeted')
      return greeting
    }
    if (channel.answer === 'now') {
      const reply = await settings.answer(verified)
      count('answered')
      return reply
    }
    const kept = await settings.keep(verified)
    count(kept === 'duplicate' ? 'duplicate' : 'accepted')
    return channel.accepted ?? accepted
  } catch (error) {
    count(error instanceof WebhookRejected ? 'rejected' : 'failed')
    throw error
  }
}

function channelOf(settings: WebhookSettings, url: string): { adapter: string; name: string; channel: Channel } {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  const [adapter = '', name = '', ...rest] = path.slice(prefix.length).split('/')
  const channels = settings.adapters.get(adapter)?.channels
  const channel = channels && rest.length === 0 && Object.hasOwn(channels, name) ? channels[name] : undefined
  if (!channel) throw new NotFound(`a webhook at ${path}`)
  return { adapter, name, channel }
}

async function requestOf(
  { publicUrl, now }: WebhookSettings,
  { req, res }: Context,
  { adapter, channel, url }: { adapter: string; channel: string; url: string },
): Promise<WebhookRequest> {
  if (req.method !== 'POST' && req.method !== 'GET') {
    res.setHeader('allow', 'GET, POST')
    throw new HubError('method_not_allowed', 'a webhook is called with POST or GET')
  }
  const body = await readBody(req)
  return {
    adapter,
    channel,
    method: req.method,
    url: publicUrl + url,
    headers: headersOf(req),
    body,
    receivedAt: now(),
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const out: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) out[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return out
}

/** What stands for the name of a channel that holds a secret. */
const unnamed = 'secret'

/** A delivery as others see it, who may keep it: what the vendor proved itself with is spent. */
function withoutSecrets(delivery: Delivery, { isSecret }: Channel): Delivery {
  const { request } = delivery
  const { headers, url, channel } = request
  const spent: Record<string, string> = headers['authorization'] === undefined ? {} : { authorization: '[redacted]' }
  const named = isSecret ? { channel: unnamed, url: url.replaceAll(channel, unnamed) } : {}
  return { ...delivery, request: { ...request, ...named, headers: { ...headers, ...spent } } }
}

/** An address as a log may have it. */
function loggable({ adapters }: WebhookSettings, url: string): string {
  const [adapter = '', name = ''] = url.slice(prefix.length).split(/[/?]/)
  const isSecret = Object.hasOwn(adapters.get(adapter)?.channels ?? {}, name)
    ? adapters.get(adapter)?.channels?.[name]?.isSecret
    : hasSecrets(adapters.get(adapter))
  return isSecret ? `${prefix}${adapter}/${unnamed}` : url
}

/** Where one channel's name is a secret, a name that is nearly right is none of the log's business either. */
function hasSecrets(adapter: Pick<Adapter, 'channels'> | undefined): boolean {
  return Object.values(adapter?.channels ?? {}).some(({ isSecret }) => isSecret)
}
