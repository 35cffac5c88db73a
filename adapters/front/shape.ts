import { z } from '@switchboard/core'

/** Text of the vendor; empty text is none. */
export const text = z
  .string()
  .nullish()
  .transform(given => (given?.trim() ? given : null))

/** A time of the vendor: seconds since 1970, often with a fraction. */
export const time = z
  .number()
  .min(0)
  .max(8_640_000_000_000)
  .transform(seconds => new Date(Math.round(seconds * 1000)))

const links = z.object({ related: z.object({ contact: text }).nullish() }).nullish()

const recipient = z.object({ handle: text, role: text, name: text, _links: links })

const attachment = z.object({ url: z.string(), filename: text, content_type: text })

const list = <T extends z.ZodType>(row: T) =>
  z
    .array(row)
    .nullish()
    .transform(rows => rows ?? [])

/** A message as the API and full webhooks have it. Fields we do not know are left out. */
export const messageShape = z.object({
  id: z.string().min(1),
  message_uid: text,
  type: text,
  is_inbound: z.boolean(),
  error_type: text,
  created_at: time,
  subject: text,
  body: text,
  text: text,
  recipients: list(recipient),
  attachments: list(attachment),
})

export type FrontMessage = z.output<typeof messageShape>

/** What an event is about: a message, a list of ids, or something we pass by. */
const part = z.object({ _meta: z.object({ type: text }).nullish(), data: z.unknown().optional() }).nullish()

/** An event as the API and webhooks have it, full or as a preview; its parts are read by its type. */
export const eventShape = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  emitted_at: time,
  conversation: z.object({ id: text }).nullish(),
  target: part,
})

export type FrontEvent = z.output<typeof eventShape>

/** The answer to a send: the message itself comes later. */
export const acceptedShape = z.object({ message_uid: text })

const handle = z.object({ handle: z.string(), source: z.string() })
const group = z.object({ id: z.string(), name: text })

/** A contact. It has one name in one field. */
export const contactShape = z.object({
  id: z.string().min(1),
  name: text,
  description: text,
  handles: list(handle),
  groups: list(group),
  lists: list(group),
  links: list(z.unknown()),
  custom_fields: z.record(z.string(), z.unknown()).nullish(),
  is_private: z.boolean().nullish(),
  updated_at: time.nullish(),
})

export type FrontContact = z.output<typeof contactShape>

/** The id of a row that may be anything. */
export function idOf(row: unknown): string | null {
  return z.object({ id: z.string() }).safeParse(row).data?.id ?? null
}
