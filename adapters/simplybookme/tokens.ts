import { minute, VendorError, z, type AdapterKit, type Renewal } from '@switchboard/core'

/** The vendor's tokens live an hour; its own programs renew them at this age. */
const goodForMs = 45 * minute

/** What a login gave. */
export type Token = z.output<typeof tokenShape>

const tokenShape = z.object({
  token: z.string(),
  refreshToken: z.string().nullable(),
  /** In milliseconds since 1970, before it was asked for. */
  gotAt: z.number(),
})

/** How tokens of one user are got. */
export interface TokenSettings {
  /** What the token is kept under: another user's token is another. */
  key: string
  kit: Pick<AdapterKit, 'log' | 'now' | 'vault'>
  login(): Promise<Omit<Token, 'gotAt'>>
  /** A new token for a refresh token. @throws VendorError when the vendor does not take it. Default: a new login */
  refresh?(refreshToken: string): Promise<Omit<Token, 'gotAt'>>
}

/** Does work with a good token. */
export type WithToken = <T>(work: (token: string) => Promise<T>) => Promise<T>

/**
 * Keeps one token for all who ask, in every instance, and renews it before it expires. Where the vendor refuses the token all the same,
 * there is one new login and one more try; what is refused then is an error.
 */
export function tokensOf(settings: TokenSettings): WithToken {
  const { key, kit } = settings
  return async work => {
    const { token } = await kit.vault.renewed(key, renewalOf(settings, null))
    try {
      return await work(token)
    } catch (error) {
      if (!isRefusal(error)) throw error
      kit.log.info({ status: error.vendorStatus }, 'the vendor refused our token; logging in again')
      const renewed = await kit.vault.renewed(key, renewalOf(settings, token))
      return work(renewed.token)
    }
  }
}

/** `refused`: a token that is not good although it is young. Others that were refused the same one share its renewal. */
function renewalOf(settings: TokenSettings, refused: string | null): Renewal<Token> {
  const { kit } = settings
  return {
    shape: tokenShape,
    isGood: ({ token, gotAt }) => token !== refused && kit.now().getTime() - gotAt < goodForMs,
    async make(old) {
      const gotAt = kit.now().getTime()
      const got = await renew(settings, old, refused)
      if (got.token === refused) throw new VendorError('the vendor gives the very token again that it refused')
      return { ...got, gotAt }
    },
  }
}

async function renew(
  { login, refresh }: TokenSettings,
  old: Token | null,
  refused: string | null,
): Promise<Omit<Token, 'gotAt'>> {
  if (!refresh || !old?.refreshToken || old.token === refused) return login()
  try {
    return await refresh(old.refreshToken)
  } catch (error) {
    if (!isTurnedAway(error)) throw error
    return login()
  }
}

/** 419 is how some of the vendor's answers say that a token has expired. */
function isRefusal(error: unknown): error is VendorError {
  return error instanceof VendorError && [401, 403, 419].includes(error.vendorStatus ?? 0)
}

function isTurnedAway(error: unknown): boolean {
  return error instanceof VendorError && !error.retryable && (error.vendorStatus ?? 0) >= 400
}
