import type { Id } from '@switchboard/core'
import { z } from 'zod'

const id = <Kind extends string>() => z.string() as unknown as z.ZodType<Id<Kind>>
const at = z.iso.datetime()
const Correspondent = z.object({ handle: z.string(), name: z.string().nullable() })
const trouble = z.object({ code: z.string(), because: z.string() }).nullable()

/** One item of a conversation. */
export const MessageItem = z.object({
  id: z.string(),
  threadId: z.string(),
  kind: z.string().meta({ description: 'sms, email, chat, call, note or other' }),
  direction: z.enum(['inbound', 'outbound']),
  from: Correspondent.nullable(),
  to: z.array(Correspondent),
  subject: z.string().nullable(),
  text: z.string(),
  media: z.array(
    z.object({
      name: z.string().nullable(),
      contentType: z.string().nullable(),
      size: z.int().nullable(),
      url: z.string().nullable().meta({ description: 'where the API has it; null until it was fetched' }),
    }),
  ),
  status: z.string().meta({
    description: 'received, queued, scheduled, sending, sent, delivered, read, undelivered, failed or canceled',
  }),
  trouble,
  at,
  by: z.string().nullable().meta({ description: 'who sent it from here' }),
})

/** A conversation by text or email. */
export const ThreadItem = z.object({
  id: z.string(),
  vendor: z.string(),
  kind: z.string(),
  line: z.string().nullable().meta({ description: 'our end' }),
  handle: z.string().nullable().meta({ description: 'their number or address' }),
  name: z.string().nullable(),
  subject: z.string().nullable(),
  profileId: id<'profile'>().nullable(),
  attached: z
    .enum(['nobody', 'sure', 'asked', 'chosen'])
    .meta({ description: 'whether we know whose it is; asked: several people may be' }),
  ownerId: id<'staff'>().nullable().meta({ description: 'who is to answer; null: anybody' }),
  unread: z.int(),
  lastAt: at,
  lastText: z.string(),
  lastDirection: z.enum(['inbound', 'outbound']),
})

/** A message with the conversation as it is since. */
const Told = z.object({
  threadId: z.string(),
  profileId: id<'profile'>().nullable(),
  message: MessageItem,
  thread: ThreadItem,
  at,
})

/** The data of the frames about conversations and reminders; each of them counts. */
export const messageData = {
  /** Somebody wrote to us, in a conversation that is yours or nobody's. */
  'message.received': Told,
  /** You wrote, on this device or another; or somebody wrote from the vendor's own inbox, in a conversation that is yours or nobody's. */
  'message.sent': Told,
  /** How far a message that you sent has come; `trouble` says why it did not arrive. */
  'message.changed': z.object({ messageId: z.string(), threadId: z.string(), status: z.string(), trouble, at }),
  /** Somebody read, took or handed over a conversation, or said whose it is. */
  'thread.changed': z.object({ thread: ThreadItem, at }),
  /** What you wanted to be reminded of. */
  'reminder.due': z.object({
    reminderId: z.string(),
    profileId: id<'profile'>().nullable(),
    text: z.string(),
    dueAt: at,
    at,
  }),
}
