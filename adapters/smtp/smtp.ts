import { defineAdapter, messageOf, second, VendorError, z, type MailerPort } from '@switchboard/core'
import { createTransport, type Transporter } from 'nodemailer'

const options = z.object({
  /** The server: `smtp://user:password@mail.example.com:587`, or `smtps://` for one that is encrypted from the first byte. */
  url: z.url({ protocol: /^smtps?$/ }).meta({ secret: true }),
  /** Whom the mail is from: an address, or `Name <address>`. */
  from: z
    .string()
    .regex(/^([^<>@]+<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'must be an address, or Name <address>'),
  /** Whether nothing is sent over a way that is not encrypted. Default: when the address has a password in it. */
  requireTls: z.boolean().optional(),
  /** How long the server may take for each step. */
  timeoutSeconds: z.coerce.number().min(1).max(300).default(15),
})
type Options = z.output<typeof options>

/** Sends the hub's own mail through a mail server. */
export const smtp = defineAdapter({
  name: 'smtp',
  options,
  provides: ['mailer'],
  create: settings => {
    const transport = transportFor(settings)
    return { mailer: mailerOver(transport, settings.from), close: async () => transport.close() }
  },
})

function transportFor({ url, requireTls, timeoutSeconds }: Options): Transporter {
  const timeout = timeoutSeconds * second
  const hasPassword = new URL(url).password !== ''
  return createTransport({
    url,
    requireTLS: !url.startsWith('smtps:') && (requireTls ?? hasPassword),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function mailerOver(transport: Transporter, from: string): MailerPort {
  return {
    send: async ({ to, subject, text }, key) => {
      const messageId = `<${key.replaceAll(/[^\w.-]/g, '_')}@${from.split('@').at(-1)?.replace('>', '')}>`
      try {
        const { rejected = [] } = await transport.sendMail({ from, to: [...to], subject, text, messageId })
        if (rejected.length > 0)
          throw refusal(`the mail server does not take mail to ${rejected.length} of ${to.length}`, null)
      } catch (error) {
        throw error instanceof VendorError ? error : refusal(messageOf(error), error)
      }
    },
  }
}

/** What the server, or the way to it, said no to. A refusal of the mail itself is final; anything else, such as a wrong password, can be set right and is tried again. */
function refusal(message: string, cause: unknown): VendorError {
  const { responseCode = null, code = null } = (cause ?? {}) as { responseCode?: number | null; code?: string | null }
  const isFinal = responseCode !== null && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
  return new VendorError(`mail: ${message}`, { cause, retryable: !isFinal && cause !== null })
}
