import type { Exchange, Line, LineSettings } from './twilio-model.ts'
import {
  heading,
  listOf,
  notFound,
  paramOf,
  Refusal,
  snake,
  type Ask,
  type Resource,
  type Row,
} from './twilio-resource.ts'

/** The account's phone numbers. */
export const numbers: readonly Resource[] = [
  {
    method: 'GET',
    path: 'IncomingPhoneNumbers.json',
    handle: ask => {
      const rows = ask.exchange.lines.map(line => lineRow(ask.exchange, line))
      return listOf(ask, 'incoming_phone_numbers', rows, ['PhoneNumber', 'FriendlyName'])
    },
  },
  { method: 'GET', path: 'IncomingPhoneNumbers/:sid', handle: ask => lineRow(ask.exchange, lineOf(ask)) },
  { method: 'POST', path: 'IncomingPhoneNumbers/:sid', handle: update },
]

/** What can be set, by our name and by the vendor's. */
const settable = [
  ['voiceUrl', 'VoiceUrl'],
  ['voiceMethod', 'VoiceMethod'],
  ['voiceFallbackUrl', 'VoiceFallbackUrl'],
  ['voiceFallbackMethod', 'VoiceFallbackMethod'],
  ['statusCallback', 'StatusCallback'],
  ['statusCallbackMethod', 'StatusCallbackMethod'],
  ['voiceApplicationSid', 'VoiceApplicationSid'],
  ['trunkSid', 'TrunkSid'],
  ['smsUrl', 'SmsUrl'],
  ['smsMethod', 'SmsMethod'],
  ['smsFallbackUrl', 'SmsFallbackUrl'],
  ['smsFallbackMethod', 'SmsFallbackMethod'],
  ['smsApplicationSid', 'SmsApplicationSid'],
] as const satisfies readonly (readonly [keyof LineSettings, string])[]

function lineOf({ exchange, params, url }: Ask): Line {
  const line = exchange.lines.find(one => one.sid === paramOf(params, 'sid'))
  if (!line) throw notFound(url.pathname)
  return line
}

function update(ask: Ask): Row {
  const { exchange, form } = ask
  const line = lineOf(ask)
  const change = Object.fromEntries(
    settable.flatMap(([ours, theirs]) => (form.has(theirs) ? [[ours, form.get(theirs)]] : [])),
  )
  const changed: Line = { ...line, ...change }
  if (changed.voiceFallbackUrl && !changed.voiceUrl) throw new Refusal(400, 21405, 'VoiceFallbackUrl needs VoiceUrl')
  if (changed.smsFallbackUrl && !changed.smsUrl) throw new Refusal(400, 21405, 'SmsFallbackUrl needs SmsUrl')
  if (form.get('VoiceApplicationSid')) changed.trunkSid = ''
  else if (form.get('TrunkSid')) changed.voiceApplicationSid = ''
  Object.assign(line, changed)
  return lineRow(exchange, line)
}

function lineRow(exchange: Exchange, line: Line): Row {
  return {
    ...heading(exchange, `IncomingPhoneNumbers/${line.sid}`, { createdAt: exchange.now() }),
    sid: line.sid,
    friendly_name: line.friendlyName,
    phone_number: line.phoneNumber,
    beta: false,
    capabilities: { ...line.capabilities, fax: false },
    origin: 'twilio',
    status: 'in-use',
    voice_receive_mode: 'voice',
    voice_caller_id_lookup: false,
    ...Object.fromEntries(settable.map(([ours, theirs]) => [snake(theirs), line[ours]])),
    trunk_sid: line.trunkSid || null,
  }
}
