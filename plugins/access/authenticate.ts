import { after, minute, second, type AuthPort, type Principal, type Roster, type Store } from '@switchboard/core'
import { LRUCache } from 'lru-cache'
import { readAccessToken, type Bearer } from './access-token.ts'
import { endedOf, findKey, isLive, markUsed } from './store.ts'
import { hashToken, isToken, prefixes } from './token.ts'

/** What is looked up is believed for so long: a revoked key, an ended sign-in, a new role or a person who left takes effect within it. */
const believedMs = 30 * second

/** What telling who asks needs. */
export interface AuthNeeds {
  store: Store
  now(): Date
  roster(): Roster
  secret(): Promise<Uint8Array>
}

/** Tells who asks, and can be told to look again. */
export interface Authenticator extends AuthPort {
  /** Looks a sign-in, a key or all of a person up again at the next request, on this hub; other hubs do within 30 s. */
  forget(id: string): void
}

/** Looks up API keys and access tokens, each at most once in 30 s. */
export function makeAuthenticator(needs: AuthNeeds): Authenticator {
  const known = new LRUCache<string, { principal: Principal | null }>({
    max: 10_000,
    ttl: believedMs,
    ttlResolution: 0,
    perf: { now: () => needs.now().getTime() },
  })
  const once = async (id: string, look: () => Promise<Principal | null>): Promise<Principal | null> => {
    const found = known.get(id) ?? { principal: await look() }
    if (!known.has(id)) known.set(id, found)
    return found.principal
  }
  return {
    authenticate: async bearer => {
      if (isToken('key', bearer)) {
        const hash = hashToken(bearer)
        return once(hash, () => holderOfKey(needs, hash))
      }
      if (bearer.startsWith(prefixes.key)) return null
      const token = await readAccessToken(bearer, await needs.secret(), needs.now())
      const principal = token && (await once(token.sessionId, () => holderOfToken(needs, token)))
      return principal && { ...principal, expiresAt: token.expiresAt }
    },
    ended: (tx, ids) => endedOf(tx, ids, needs.now()),
    forget: id => {
      for (const [key, { principal }] of known.entries()) if (key === id || idOf(principal) === id) known.delete(key)
    },
  }
}

function idOf(principal: Principal | null): string | undefined {
  return principal?.kind === 'key' ? principal.keyId : principal?.staffId
}

async function holderOfKey({ store, now }: AuthNeeds, hash: string): Promise<Principal | null> {
  return store.read(async tx => {
    const key = await findKey(tx, hash)
    if (!key) return null
    await markUsed(tx, key.id, now(), after(now(), -minute))
    return { kind: 'key', keyId: key.id, role: key.role, name: key.name }
  })
}

async function holderOfToken({ store, now, roster }: AuthNeeds, token: Bearer): Promise<Principal | null> {
  const { staffId, sessionId } = token
  return store.read(async tx => {
    const person = await roster().find(tx, { id: staffId })
    if (!person?.isActive || !(await isLive(tx, sessionId, now()))) return null
    return { kind: 'staff', staffId, role: person.role, name: person.name, sessionId }
  })
}
