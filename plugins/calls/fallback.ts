import { HubError, route, z, type HttpReply, type RawAnswer, type Route, type TelephonyPort } from '@switchboard/core'

/** What answering without the database takes. */
export interface Unattended {
  telephony(): TelephonyPort
  /** Where vendors reach us; no slash at the end. */
  publicUrl: string
  settings: { voicemailGreeting: string; voicemailMaxSeconds: number }
}

const path = '/fallback/voice'
const Query = z.object({ step: z.literal('end').optional() })

/**
 * Markup for a phone vendor that got no answer from its own address: the caller is asked for a message, which stays at the vendor. It is
 * open to everybody and asks nothing but the settings, so it answers while the database is away.
 */
export function fallbackRoutes(unattended: Unattended): Route[] {
  return (['GET', 'POST'] as const).map(method =>
    route({
      method,
      path,
      summary: 'Markup for the phone vendor while the hub cannot work: asks the caller for a message',
      access: 'public',
      query: Query,
      isRaw: true,
      handle: async ({ query }): Promise<RawAnswer> => {
        const { headers, body } = markup(unattended, query.step === 'end')
        return { contentType: headers['content-type'] ?? 'text/xml', body }
      },
    }),
  )
}

function markup({ telephony, publicUrl, settings }: Unattended, isOver: boolean): HttpReply {
  const vendor = telephony()
  if (!vendor.fallback) throw new HubError('unavailable', 'the phone vendor has no markup that works without the hub')
  const { voicemailGreeting: say, voicemailMaxSeconds: maxSeconds } = settings
  return vendor.fallback(isOver ? null : { say, maxSeconds, next: `${publicUrl}${path}?step=end` })
}
