import { GatewayError, type ClientCode } from './error.ts'

/** What lets somebody in, and how to get the next when it has expired. */
export interface Credentials {
  /** The access token, or the API key. */
  token(): string | Promise<string>
  /** Asked for once when the hub takes the token no more. @returns the next one. Default: there is none */
  refresh?(): Promise<string>
}

/** Where the hub is, and who asks. */
export interface TicketSettings extends Credentials {
  /** The HTTP address of the hub, such as `https://desk.example.com`. */
  url: string
  /** With an API key: the email of the person the ticket is for. */
  staff?: string
}

/** Gets tickets from `POST /api/gateway/ticket`. @throws GatewayError `unauthenticated` when the token is good no more and there is no other */
export function ticketFrom(
  settings: TicketSettings,
): (wish?: { isRenewal: boolean }) => Promise<{ ticket: string; url: string }> {
  const { url, staff } = settings
  const ask = (token: string): Promise<Answer> =>
    post({ url, path: '/api/gateway/ticket', body: staff ? { staff } : {}, token })
  return async ({ isRenewal } = { isRenewal: false }) => {
    const first = await ask(await (isRenewal && settings.refresh ? settings.refresh() : settings.token()))
    const answer = first.status === 401 && settings.refresh ? await ask(await settings.refresh()) : first
    const { ticket, url: gateway } = good(answer)
    if (typeof ticket === 'string' && typeof gateway === 'string') return { ticket, url: gateway }
    throw new GatewayError('bad_hub', `what answers at ${url} gives no tickets`)
  }
}

/** Signs in with email and password; stays signed in with refresh tokens, and signs in again when those are good no more. @throws GatewayError `unauthenticated` */
export async function signIn(who: { url: string; email: string; password: string }): Promise<Required<Credentials>> {
  const { url, email, password } = who
  let pair = await enter('/api/sessions', { email, password })
  let next: Promise<string> | null = null
  async function enter(path: string, body: object): Promise<{ accessToken: string; refreshToken: string }> {
    const { accessToken, refreshToken } = good(await post({ url, path, body }))
    if (typeof accessToken === 'string' && typeof refreshToken === 'string') return { accessToken, refreshToken }
    throw new GatewayError('bad_hub', `what answers at ${url} lets nobody sign in`)
  }
  const renew = async (): Promise<string> => {
    const { refreshToken } = pair
    pair = await enter('/api/sessions/refresh', { refreshToken }).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'unauthenticated')
        return enter('/api/sessions', { email, password })
      throw error
    })
    return pair.accessToken
  }
  return {
    token: () => pair.accessToken,
    // A refresh token is good once: who asks meanwhile gets the same answer.
    refresh: () => (next ??= renew().finally(() => (next = null))),
  }
}

interface Question {
  url: string
  path: string
  body: object
  token?: string
}

interface Answer {
  status: number
  said: Record<string, unknown>
}

const patienceMs = 10_000

async function post({ url, path, body, token }: Question): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMs),
  }).catch((cause: unknown) => {
    throw new GatewayError('unavailable', `the hub at ${url} does not answer`, { cause })
  })
  const said: unknown = await response.json().catch(() => null)
  return { status: response.status, said: typeof said === 'object' && said !== null ? { ...said } : {} }
}

function good({ status, said }: Answer): Record<string, unknown> {
  if (status < 300) return said
  const { code, detail } = said
  const words = typeof detail === 'string' ? detail : `the hub answered ${status}`
  throw new GatewayError(typeof code === 'string' ? (code as ClientCode) : 'bad_hub', words)
}
