import { createHash } from 'node:crypto'

/** The tokens of the simulated vendor. */
export interface Tokens {
  /** A new pair. */
  grant(): { token: string; refreshToken: string }
  /** A new pair for a refresh token, which is spent by that; null for one that is not known. */
  refresh(refreshToken: string): { token: string; refreshToken: string } | null
  isGood(token: string | undefined): boolean
  /** Tokens given so far are no longer taken; with `all`, refresh tokens neither. */
  expire(all?: boolean): void
  /** How long tokens live from now on. An hour at the vendor. */
  liveFor(ms: number): void
  /** How many logins and renewals there were. */
  granted(): number
}

/** Tokens that live an hour, by the vendor's own clock. */
export function tokensOf(seed: number, now: () => Date): Tokens {
  const goodUntil = new Map<string, number>()
  const refreshing = new Set<string>()
  let ttlMs = 3_600_000
  let granted = 0
  const grant: Tokens['grant'] = () => {
    granted += 1
    const made = (what: string): string => createHash('sha256').update(`${seed} ${what} ${granted}`).digest('hex')
    const pair = { token: made('token'), refreshToken: made('refresh') }
    goodUntil.set(pair.token, now().getTime() + ttlMs)
    refreshing.add(pair.refreshToken)
    return pair
  }
  return {
    grant,
    refresh: refreshToken => (refreshing.delete(refreshToken) ? grant() : null),
    isGood: token => (goodUntil.get(token ?? '') ?? 0) > now().getTime(),
    expire(all = false) {
      goodUntil.clear()
      if (all) refreshing.clear()
    },
    liveFor: ms => void (ttlMs = ms),
    granted: () => granted,
  }
}
