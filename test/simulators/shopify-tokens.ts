import type { SimulatorReply, SimulatorRequest } from './server.ts'

/** What gets tokens in the simulated shop. */
export interface ShopApp {
  /** Does not expire. */
  token: string
  clientId: string
  clientSecret: string
  /** The first one. */
  refreshToken: string
}

/** The tokens of one shop. */
export interface ShopTokens {
  /** Whether requests may carry this token now. */
  isGood(token: string | undefined): boolean
  /** `POST /admin/oauth/access_token`: a refresh, or the app by itself. */
  grant(request: SimulatorRequest): SimulatorReply
  /** Every token that was granted stops being good, before its time. */
  revoke(): void
  /** How many were granted. */
  granted(): number
}

const lifeSeconds = 3600

/**
 * Tokens by the given clock: granted ones are good for an hour. A refresh gives the next refresh token, and the one before stays good
 * only until its successor is used.
 */
export function tokensOf(app: ShopApp, now: () => Date): ShopTokens {
  const good = new Map<string, number>()
  let previous: string | null = null
  let current = app.refreshToken
  let count = 0
  const issue = (isRefresh: boolean): SimulatorReply => {
    count += 1
    const access = `shpat_granted_${count}`
    good.set(access, now().getTime() + lifeSeconds * 1000)
    const refresh = isRefresh ? { refresh_token: current, refresh_token_expires_in: 7_776_000 } : {}
    return { body: { access_token: access, scope: 'read_orders,read_customers', expires_in: lifeSeconds, ...refresh } }
  }
  return {
    isGood: token => token === app.token || (good.get(token ?? '') ?? 0) > now().getTime(),
    revoke: () => good.clear(),
    granted: () => count,
    grant(request) {
      const form = new URLSearchParams(request.body.toString('utf8'))
      if (form.get('client_id') !== app.clientId || form.get('client_secret') !== app.clientSecret)
        return { status: 401, body: { error: 'invalid_client' } }
      if (form.get('grant_type') === 'client_credentials') return issue(false)
      const given = form.get('refresh_token')
      if (given !== current && given !== previous) return { status: 400, body: { error: 'invalid_grant' } }
      if (given === current) {
        previous = current
        current = `shprt_${count + 1}`
      }
      return issue(true)
    },
  }
}
