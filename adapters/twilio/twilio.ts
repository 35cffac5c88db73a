import { defineAdapter, type Adapter, type AdapterKit, type Channel, type TelephonyPort } from '@switchboard/core'
import { accountOf } from './account.ts'
import { addressesOf } from './addresses.ts'
import { clientTokens } from './client-token.ts'
import { perform } from './commands.ts'
import { inspect } from './inspect.ts'
import { options, type Options } from './options.ts'
import { receive } from './receive.ts'
import { reply } from './reply.ts'
import { verify } from './verify.ts'

/** Phone calls of one Twilio account: every call is held in a conference named by our call id, every leg labelled with our leg id. */
export const twilio = defineAdapter({ name: 'twilio', options, provides: ['telephony'], create })

function create(options: Options, kit: AdapterKit): Adapter {
  return { telephony: telephonyOf(options, kit), channels: channelsOf(options.authTokens) }
}

function telephonyOf(options: Options, kit: AdapterKit): TelephonyPort {
  const account = accountOf(options, kit.http)
  const writing = { options, address: addressesOf(kit, options) }
  const clientToken = clientTokens(options, kit.now)
  return {
    receive,
    reply: instruction => reply(instruction, writing),
    perform: command => perform(command, account, writing),
    inspect: call => inspect(call, account),
    numbers: () => account.numbers(),
    ...(clientToken && { clientToken }),
  }
}

/** Channels where Twilio holds a leg until we answer, and those where it only tells. */
function channelsOf(authTokens: readonly string[]): Record<string, Channel> {
  const check = { port: 'telephony', verify: request => verify(request, authTokens) } satisfies Channel
  const now: Channel = { ...check, answer: 'now' }
  const later: Channel = { ...check, answer: 'later', accepted: { status: 204, headers: {}, body: '' } }
  return {
    voice: now,
    fallback: now,
    'dial-action': now,
    'record-action': now,
    status: later,
    conference: later,
    recording: later,
  }
}
