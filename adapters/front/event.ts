import { z, type MessageEvent, type MessageTrouble } from '@switchboard/core'
import { toMessage } from './message.ts'
import { eventShape, messageShape, type FrontEvent } from './shape.ts'

/** Names that application webhooks give to some types of events, beside those of the API. */
const aliases: { readonly [name: string]: string | undefined } = {
  inbound_received: 'inbound',
  outbound_sent: 'outbound',
  conversation_moved: 'move',
  assignee_changed: 'assign',
  tag_added: 'tag',
  new_comment_added: 'comment',
}

/** An event in the hub's words: each type we know is read by its reader, all others are told by their names. @throws z.ZodError */
export function toEvent(row: unknown): MessageEvent {
  const event = eventShape.parse(row)
  const type = aliases[event.type] ?? event.type
  return readers.get(type)?.(event, type) ?? other(event, type)
}

type Reader = (event: FrontEvent, type: string) => MessageEvent

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['inbound', message],
  ['outbound', message],
  ['out_reply', message],
  ['sending_error', trouble],
  ['message_bounce_error', trouble],
  ['conversations_merged', merged],
])

function head({ id, emitted_at: at }: FrontEvent): { eventId: string; at: Date } {
  return { eventId: id, at }
}

function other(event: FrontEvent, name: string): MessageEvent {
  return { ...head(event), type: 'other', name, conversationId: event.conversation?.id ?? null }
}

function message(event: FrontEvent, type: string): MessageEvent {
  if (isPreview(event)) return preview(event, type)
  const found = messageShape.parse(event.target?.data)
  return { ...head(event), type: 'message', message: toMessage(found, event.conversation?.id ?? null) }
}

/** A preview holds ids alone. It has an id of its own, so that the full event, which a read gives, is not taken for a repetition of it. */
function preview(event: FrontEvent, type: string): MessageEvent {
  return { ...other(event, `${type} (preview)`), eventId: `${event.id}:preview` }
}

function isPreview({ target }: FrontEvent): boolean {
  const { data } = z.object({ data: z.record(z.string(), z.unknown()) }).safeParse(target).data ?? {}
  return !data || !('is_inbound' in data || 'type' in data)
}

function trouble(event: FrontEvent, type: string): MessageEvent {
  if (isPreview(event)) return preview(event, type)
  const failed = messageShape.parse(event.target?.data)
  const { externalId } = toMessage(failed, null)
  const code = failed.error_type ?? type
  const isBounce = type === 'message_bounce_error'
  return {
    ...head(event),
    ...{ type: 'status', externalId, key: null, status: isBounce ? 'undelivered' : 'failed' },
    trouble: { code, because: becauseOf(code, isBounce) },
  }
}

/** Front's codes are not listed anywhere: what their words say is all there is. */
function becauseOf(code: string, isBounce: boolean): MessageTrouble['because'] {
  if (/unsubscribed|opt(ed)?_?out/i.test(code)) return 'optedOut'
  if (isBounce || /recipient|address|handle|number/i.test(code)) return 'badAddress'
  if (/rate|timeout|temporar|unavailable/i.test(code)) return 'later'
  return /auth|token|credential|permission|channel/i.test(code) ? 'config' : 'rejected'
}

const gone = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])
const goneIds = z.union([z.array(gone), z.object({ ids: z.array(gone) }).transform(({ ids }) => ids)])

/** The target lists the conversations that are no more. Without both ends it only says that there was a merge. */
function merged(event: FrontEvent, type: string): MessageEvent {
  const conversationId = event.conversation?.id
  const from = goneIds.safeParse(event.target?.data).data
  if (!conversationId || !from) return other(event, type)
  return { ...head(event), type: 'merged', conversationId, from }
}
