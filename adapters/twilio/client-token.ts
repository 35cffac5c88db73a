import { after, identityOf, second, type StaffId } from '@switchboard/core'
import twilio from 'twilio'
import type { Options } from './options.ts'

/** Makes tokens for staff phone clients: one may be rung, and calls out through the TwiML app when there is one. */
export type ClientToken = (staffId: StaffId) => { token: string; expiresAt: Date }

/** Null without an API key pair: Twilio signs these tokens with it, not with the auth token. */
export function clientTokens(options: Options, now: () => Date): ClientToken | null {
  const { accountSid, apiKeySid, apiKeySecret, twimlAppSid, clientTokenTtlSeconds: ttl } = options
  if (!apiKeySid || !apiKeySecret) return null
  const { AccessToken } = twilio.jwt
  return staffId => {
    const token = new AccessToken(accountSid, apiKeySid, apiKeySecret, { identity: identityOf(staffId), ttl })
    token.addGrant(new AccessToken.VoiceGrant({ incomingAllow: true, outgoingApplicationSid: twimlAppSid }))
    return { token: token.toJwt(), expiresAt: after(now(), ttl * second) }
  }
}
