import { z } from '@switchboard/core'
import type { StoredMessage } from './message-store.ts'
import type { Thread } from './thread-store.ts'

const Correspondent = z.object({ handle: z.string(), name: z.string().nullable() })

/** A message that is on its way. */
export const OnItsWay = z.object({ messageId: z.string(), threadId: z.string(), dueAt: z.date() })

/** A message as the API and the gateway show it. */
export const MessageShown = z.object({
  id: z.string(),
  threadId: z.string(),
  kind: z.string(),
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
      url: z.string().nullable().meta({ description: 'where it is read; null until it was fetched from the vendor' }),
    }),
  ),
  status: z.string(),
  trouble: z.object({ code: z.string(), because: z.string() }).nullable(),
  at: z.string(),
  by: z.string().nullable().meta({ description: 'who sent it from here' }),
})

/** A conversation as the API and the gateway show it. */
export const ThreadShown = z.object({
  id: z.string(),
  vendor: z.string(),
  kind: z.string(),
  line: z.string().nullable(),
  handle: z.string().nullable(),
  name: z.string().nullable().meta({ description: 'as the vendor names them' }),
  subject: z.string().nullable(),
  profileId: z.string().nullable(),
  attached: z
    .enum(['nobody', 'sure', 'asked', 'chosen'])
    .meta({ description: '`asked`: several people have the handle; say which at POST /api/threads/{id}/person' }),
  ownerId: z.string().nullable(),
  unread: z.int(),
  lastAt: z.string(),
  lastText: z.string(),
  lastDirection: z.enum(['inbound', 'outbound']),
})

const correspondentOf = (one: { handle: string; name: string | null }) => ({ handle: one.handle, name: one.name })

export function showMessage(message: StoredMessage): z.output<typeof MessageShown> {
  const { id, threadId, kind, direction, from, to, subject, text, status, trouble, at, author } = message
  return {
    ...{ id, threadId, kind, direction, subject, text, status, trouble },
    from: from && correspondentOf(from),
    to: to.map(correspondentOf),
    media: message.media.map(({ name, contentType, size, blobKey }, index) => ({
      ...{ name, contentType, size },
      url: blobKey === null ? null : `/api/messages/${id}/media/${index}`,
    })),
    at: at.toISOString(),
    by: author,
  }
}

export function showThread(thread: Thread): z.output<typeof ThreadShown> {
  const { id, vendor, kind, line, handle, handleName, subject, profileId, attached, ownerId, unread } = thread
  return {
    ...{ id, vendor, kind, line, handle, subject, profileId, attached, ownerId, unread },
    name: handleName,
    lastAt: thread.lastAt.toISOString(),
    lastText: thread.lastText,
    lastDirection: thread.lastDirection,
  }
}
