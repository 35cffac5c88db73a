import { z, type Correspondent, type MessageKind, type MessageStatus } from '@switchboard/core'

/** The vendor's words of https://www.twilio.com/docs/messaging/api/message-resource#message-status-values, in callbacks and rows alike. */
const statuses: ReadonlyMap<string, MessageStatus> = new Map([
  ['accepted', 'queued'],
  ['queued', 'queued'],
  ['scheduled', 'scheduled'],
  ['sending', 'sending'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['partially_delivered', 'delivered'],
  ['read', 'read'],
  ['undelivered', 'undelivered'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
  ['receiving', 'received'],
  ['received', 'received'],
])

/** A message's status in our words; null for a word we do not know. */
export function messageStatusOf(word: string | null): MessageStatus | null {
  return statuses.get(word ?? '') ?? null
}

/** Chat channels have their handles behind their name: `whatsapp:+61491570156`. */
export function kindOf(handle: string): MessageKind {
  return /^(whatsapp|messenger):/.test(handle) ? 'chat' : 'sms'
}

/** Somebody by their handle as written; null without one. */
export function correspondent(handle: string | null | undefined, name: string | null = null): Correspondent | null {
  return handle ? { handle, name, externalId: null } : null
}

const text = z.string().nullish()

/** A message as the REST API has it, as far as it is used. */
export const MessageRow = z.object({
  sid: z.string(),
  direction: z.string(),
  from: text,
  to: text,
  body: text,
  status: z.string(),
  error_code: z.union([z.number(), z.string()]).nullish(),
  messaging_service_sid: text,
  num_media: z.union([z.number(), z.string()]).nullish(),
  date_created: z.string().transform(timeIn),
  /** Null before it went out. */
  date_sent: text.transform((at, context) => (at ? timeIn(at, context) : null)),
  date_updated: text.transform((at, context) => (at ? timeIn(at, context) : null)),
})
export type MessageRow = z.output<typeof MessageRow>

/** RFC 2822, in whole seconds. */
function timeIn(text: string, context: z.RefinementCtx): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) context.addIssue({ code: 'custom', message: 'is no time' })
  return at
}
