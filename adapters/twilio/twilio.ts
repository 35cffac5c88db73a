import {
  defineAdapter,
  type Adapter,
  type AdapterKit,
  type Channel,
  type IsOurs,
  type MessagingPort,
  type TelephonyPort,
} from '@switchboard/core'
import { accountOf } from './account.ts'
import { addressesOf } from './addresses.ts'
import { changes } from './changes.ts'
import { clientTokens } from './client-token.ts'
import { perform } from './commands.ts'
import { fallback } from './fallback.ts'
import { find } from './find.ts'
import { hearMessage } from './hear-message.ts'
import { inspect } from './inspect.ts'
import { claimLine, lines } from './lines.ts'
import { media } from './media.ts'
import { messageListsOf } from './message-lists.ts'
import { options, type Options } from './options.ts'
import { receive } from './receive.ts'
import { recordings } from './recordings.ts'
import { reply } from './reply.ts'
import { restOf, type Rest } from './rest.ts'
import { send } from './send.ts'
import { verify } from './verify.ts'

/**
 * Phone calls, texts and lines of one Twilio account. Every call is held in a conference named by our call id, every leg labelled with our
 * leg id; every text that is sent has our key in the address of its reports.
 */
export const twilio = defineAdapter({
  name: 'twilio',
  options,
  provides: ['telephony', 'messaging'],
  // People wait on the line: a vendor that answers again is to be found out soon.
  http: ({ url, mediaHosts, perSecond, concurrency }) => ({
    hosts: [new URL(url).host, ...mediaHosts],
    concurrency,
    breaker: { failures: 10, pauseMs: 2_000 },
    ...(perSecond !== undefined && { perSecond }),
  }),
  create,
})

function create(options: Options, kit: AdapterKit): Adapter {
  const rest = restOf(options, kit)
  const { authTokens, messaging } = options
  return {
    telephony: telephonyOf(options, kit, rest),
    ...(messaging && { messaging: messagingOf(options, kit, rest) }),
    channels: { ...callChannels(authTokens), ...(messaging && messageChannels(authTokens)) },
  }
}

function telephonyOf(options: Options, kit: AdapterKit, rest: Rest): TelephonyPort {
  const account = accountOf(rest)
  const writing = { options, address: addressesOf(kit, options) }
  const clientToken = clientTokens(options, kit.now)
  return {
    receive,
    reply: instruction => reply(instruction, writing),
    perform: (command, isOurs) => perform(command, isOurs ? accountOf(askedWhile(isOurs, rest)) : account, writing),
    inspect: call => inspect(call, account),
    lines: () => lines(rest, writing),
    recordings: since => recordings(since, rest),
    recording: vendorId => rest.file(`/Recordings/${encodeURIComponent(vendorId)}.mp3`),
    fallback: message => fallback(message, writing),
    claimLine: vendorId => claimLine(vendorId, rest, writing),
    ...(clientToken && { clientToken }),
  }
}

function messagingOf(options: Options, kit: AdapterKit, rest: Rest): MessagingPort {
  const lists = messageListsOf(rest, options)
  const { now } = kit
  const sending = { rest, options, address: addressesOf(kit, options) }
  return {
    receive: hearMessage,
    send: (message, key) => send(message, key, sending),
    find: (message, _, since) => find(message, since, { rest, lists, options, now }),
    changes: cursor => changes(cursor, { lists, options, now }),
    media: address => media(address, rest),
    health: async () => ({ skewMs: await rest.skewMs() }),
  }
}

/** The same API, which is asked only while `isWanted`. */
function askedWhile(isWanted: IsOurs, rest: Rest): Rest {
  return { ...rest, ask: (path, schema, request) => rest.ask(path, schema, { ...request, isWanted }) }
}

/** Channels where Twilio holds a leg until we answer, and those where it only tells. */
function callChannels(authTokens: readonly string[]): Record<string, Channel> {
  const check = { port: 'telephony', verify: request => verify(request, authTokens) } satisfies Channel
  const now: Channel = { ...check, answer: 'now' }
  const later: Channel = { ...check, answer: 'later', accepted: nothing }
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

/** A message that came in is answered with markup that says nothing; all are kept and read later. */
function messageChannels(authTokens: readonly string[]): Record<string, Channel> {
  const check = { port: 'messaging', verify: request => verify(request, authTokens) } satisfies Channel
  const silence: Channel = { ...check, accepted: markup }
  return { sms: silence, 'sms-fallback': silence, 'sms-status': { ...check, accepted: nothing } }
}

const nothing = { status: 204, headers: {}, body: '' }
const markup = {
  status: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
}
