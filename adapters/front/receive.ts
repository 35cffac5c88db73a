import { createHash } from 'node:crypto'
import { HubError, z, type MessageEvent, type WebhookRequest } from '@switchboard/core'
import { toEvent } from './event.ts'

/** What a delivery wraps its event in: application webhooks do, rule webhooks do not. */
const envelope = z.object({ type: z.string(), payload: z.unknown().optional() })

/**
 * A verified delivery in the hub's words. A payload without an id of its own is told by the name on its envelope.
 * @throws HubError `bad_body` when it is not JSON, or is of a type we know and cannot be read
 */
export function receive(request: WebhookRequest): MessageEvent[] {
  const body = parsed(request.body)
  const outer = envelope.safeParse(body).data
  const event = outer?.payload ?? body
  if (!isEvent(event)) return [unknown(request, outer?.type ?? request.channel)]
  try {
    return [toEvent(event)]
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    throw new HubError('bad_body', `the delivery cannot be read: ${z.prettifyError(error)}`, { cause: error })
  }
}

/** The id of the event in a body, when it has one. */
export function eventIdIn(body: Buffer): string | null {
  try {
    const { payload, id } = z.object({ payload: withId.nullish(), id: z.string().nullish() }).parse(parsed(body))
    return payload?.id ?? id ?? null
  } catch {
    return null
  }
}

/** Names a body that has no id of its own. */
export function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}

const withId = z.object({ id: z.string().min(1) })
const whole = withId.extend({ type: z.string().min(1), emitted_at: z.unknown().refine(at => at !== undefined) })

function isEvent(value: unknown): boolean {
  return whole.safeParse(value).success
}

function unknown({ body, receivedAt }: WebhookRequest, name: string): MessageEvent {
  return { eventId: `body:${digestOf(body)}`, at: receivedAt, type: 'other', name, conversationId: null }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new HubError('bad_body', 'the delivery is not JSON', { cause })
  }
}
