import {
  HubError,
  messageOf,
  VendorError,
  z,
  type Courier,
  type Hub,
  type MailerPort,
  type Tx,
} from '@switchboard/core'
import { Webhook } from 'standardwebhooks'
import { wordsOf, type Errand, type Notice } from './tell.ts'

/** Where notices go besides the log and staff clients. */
export interface WaysOut {
  email: { to: readonly string[] } | null
  webhooks: Readonly<Record<string, { url: string; secret: string }>>
}

const Errand: z.ZodType<Errand> = z.object({
  way: z.string(),
  notice: z.object({
    ...{ id: z.string(), part: z.string(), key: z.string(), message: z.string(), since: z.string(), at: z.string() },
    news: z.enum(['raised', 'unsteady', 'resolved']),
  }),
})

/** Takes notices out: repeated with growing pauses until they are taken, those of one alert in order by each way. */
export function carryNotices(
  hub: Pick<Hub, 'http' | 'now' | 'log'>,
  { email, webhooks }: WaysOut,
  mailer: () => MailerPort | null,
): Courier {
  return {
    carry: async command => {
      const { way, notice } = Errand.parse(command)
      if (way === 'email') await mail(mailer(), email?.to ?? [], notice)
      else await post(hub, webhooks[way.replace(/^webhook:/, '')], notice)
      return nothing
    },
    failed: (command, error) => {
      const { way, notice } = Errand.parse(command)
      hub.log.error({ way, about: notice.part, alert: notice.key, error: messageOf(error) }, 'alert could not be told')
      return nothing
    },
  }
}

async function mail(mailer: MailerPort | null, to: readonly string[], notice: Notice): Promise<void> {
  if (to.length === 0) return
  if (!mailer) throw new HubError('unavailable', 'nobody sends email: switch the smtp adapter on')
  await mailer.send({ to, ...wordsOf(notice) }, notice.id)
}

async function post(
  { http, now }: Pick<Hub, 'http' | 'now'>,
  endpoint: WaysOut['webhooks'][string] | undefined,
  notice: Notice,
): Promise<void> {
  if (!endpoint) return
  const { id, at, news, ...data } = notice
  const body = JSON.stringify({ type: `alert.${news}`, timestamp: at, data })
  const time = now()
  const { status } = await http.send({
    ...{ url: endpoint.url, method: 'POST', body, idempotent: false },
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': new Webhook(endpoint.secret).sign(id, time, body),
    },
  })
  if (status < 200 || status > 299)
    throw new VendorError(`the webhook answered ${status}`, { retryable: status !== 410, vendorStatus: status })
}

async function nothing(_tx: Tx): Promise<void> {}
