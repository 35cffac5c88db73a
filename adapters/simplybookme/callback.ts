import { createHash } from 'node:crypto'
import { HubError, minute, WebhookRejected, z, type Hint, type WebhookRequest } from '@switchboard/core'

/** What the vendor posts, as the vendor's own example shows it. */
const callback = z.object({
  // It becomes part of an address: nothing that could lead elsewhere.
  booking_id: z.union([z.int().transform(String), z.string()]).pipe(z.string().regex(/^[\w-]{1,64}$/)),
  booking_hash: z.string().nullish(),
  company: z.string(),
  notification_type: z.string(),
})

/**
 * The vendor signs nothing: who knows the address, which holds the secret, and the company's login is believed, and only so far that
 * a booking may have changed. Neither time nor id is in the delivery, so what is alike within a minute is one.
 * @returns the hash of all that it says, and the minute
 * @throws WebhookRejected for another company, and for what is no callback
 */
export function verifyCallback({ body, receivedAt }: WebhookRequest, company: string): string {
  const read = callback.safeParse(parsed(body))
  if (!read.success) throw new WebhookRejected('this is no callback of SimplyBook.me')
  const { booking_id, booking_hash, notification_type, ...rest } = read.data
  if (rest.company.toLowerCase() !== company.toLowerCase())
    throw new WebhookRejected(`the callback is of another company: ${rest.company.slice(0, 60)}`)
  const minuteOfDay = Math.floor(receivedAt.getTime() / minute)
  const said = [rest.company, booking_id, notification_type, minuteOfDay, booking_hash ?? null]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}

/**
 * Which booking to read. `booking_hash` is not compared with the booking's: whoever sent it, the booking is read with our own token, and
 * what is read is the truth; a wrong hash would only be a reason not to look. A reminder (`notify`) changes nothing; of kinds we do not
 * know, who can say.
 * @throws HubError `bad_body`
 */
export function readCallback({ body }: WebhookRequest): Hint[] {
  const read = callback.safeParse(parsed(body))
  if (!read.success) throw new HubError('bad_body', `the callback cannot be read: ${z.prettifyError(read.error)}`)
  return read.data.notification_type === 'notify' ? [] : [{ hint: read.data.booking_id }]
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
