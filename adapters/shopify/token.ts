import { VendorError, minute, second, z, type AdapterKit } from '@switchboard/core'

/** How the app proves itself to the shop: a token that does not expire, or what gets one that does. */
export interface Credentials {
  token?: string | undefined
  clientId?: string | undefined
  clientSecret?: string | undefined
  /** The first one; later ones are in the vault. Without it the app asks with its own credentials alone. */
  refreshToken?: string | undefined
}

/** Where the token of the next request comes from. */
export interface Tokens {
  /** Whether another token can be had when the shop refuses one. */
  isRenewable: boolean
  /** A token that is not `refused`. @throws VendorError when the shop gives none */
  get(refused?: string): Promise<string>
}

const kept = z.object({
  /** Whose it is: another shop or app under the same entry does not use it. */
  of: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  renewAt: z.string(),
})
type Kept = z.output<typeof kept>

/** The tokens of one shop. Those that expire are renewed ahead of it, once for every instance. */
export function tokensOf(
  url: string,
  credentials: Credentials,
  kit: Pick<AdapterKit, 'http' | 'now' | 'vault'>,
): Tokens {
  const { token, clientId = '', clientSecret = '', refreshToken } = credentials
  if (token !== undefined) return { isRenewable: false, get: async () => token }
  const app: App = { url, clientId, clientSecret, refreshToken, of: `${url} ${clientId}`, kit }
  return {
    isRenewable: true,
    async get(refused) {
      const isGood = ({ of, accessToken, renewAt }: Kept): boolean =>
        of === app.of && accessToken !== refused && new Date(renewAt) > kit.now()
      const make = (old: Kept | null): Promise<Kept> => renewed(app, old?.of === app.of ? old : null)
      return (await kit.vault.renewed('token', { shape: kept, isGood, make })).accessToken
    },
  }
}

interface App {
  url: string
  clientId: string
  clientSecret: string
  refreshToken: string | undefined
  of: string
  kit: Pick<AdapterKit, 'http' | 'now'>
}

/** Tries the refresh token that came last, then the one in the settings: the app may have been authorised anew since. */
async function renewed(app: App, old: Kept | null): Promise<Kept> {
  if (app.refreshToken === undefined) return grant(app, { grant_type: 'client_credentials' })
  const chain = [...new Set([old?.refreshToken, app.refreshToken])].filter(one => typeof one === 'string')
  let refusal: unknown
  for (const refreshToken of chain) {
    try {
      return await grant(app, { grant_type: 'refresh_token', refresh_token: refreshToken })
    } catch (error) {
      if (!isRefusal(error)) throw error
      refusal = error
    }
  }
  throw new VendorError('the shop no longer takes the refresh token: authorise the app anew and set its refreshToken', {
    cause: refusal,
    vendorStatus: 401,
  })
}

function isRefusal(error: unknown): boolean {
  return error instanceof VendorError && [400, 401, 403].includes(error.vendorStatus ?? 0)
}

const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish(),
})

/** An hour for a token that does not say: what the shop gives for offline access. */
const usualSeconds = 3600

/**
 * `POST /admin/oauth/access_token`. Repeating a refresh does no harm: the shop takes the last refresh token until its
 * successor is used.
 */
async function grant(app: App, wish: { [field: string]: string }): Promise<Kept> {
  const { url, clientId, clientSecret, of, kit } = app
  const askedAt = kit.now().getTime()
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...wish })
  const request = { url: `${url}/admin/oauth/access_token`, method: 'POST', body, idempotent: true } as const
  const { access_token, refresh_token, expires_in } = await kit.http.json(request, granted)
  const lifeMs = (expires_in ?? usualSeconds) * second
  const renewAt = new Date(askedAt + Math.max(lifeMs / 2, lifeMs - 5 * minute)).toISOString()
  return { of, accessToken: access_token, refreshToken: refresh_token ?? wish['refresh_token'] ?? null, renewAt }
}
