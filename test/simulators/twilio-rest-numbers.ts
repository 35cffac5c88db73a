import { rfc2822, type Exchange, type Line, type RecordingRow } from './twilio-model.ts'
import {
  heading,
  listOf,
  named,
  notFound,
  paramOf,
  Refusal,
  type Ask,
  type Resource,
  type Row,
} from './twilio-resource.ts'

/** The account's phone numbers, and its recordings. */
export const numbers: readonly Resource[] = [
  {
    method: 'GET',
    path: 'IncomingPhoneNumbers.json',
    handle: ask => {
      const rows = ask.exchange.lines.map(line => lineRow(ask.exchange, line))
      return listOf(ask, 'incoming_phone_numbers', rows, ['PhoneNumber'])
    },
  },
  { method: 'POST', path: 'IncomingPhoneNumbers/:sid', handle: update },
  {
    method: 'GET',
    path: 'Recordings/:sid',
    handle: ask => recordingRow(ask.exchange, named(ask, 'sid', ask.exchange.recordings)),
  },
]

function update({ exchange, form, params, url }: Ask): Row {
  const line = exchange.lines.find(one => one.sid === paramOf(params, 'sid'))
  if (!line) throw notFound(url.pathname)
  const voiceUrl = form.get('VoiceUrl') ?? line.voiceUrl
  const voiceFallbackUrl = form.get('VoiceFallbackUrl') ?? line.voiceFallbackUrl
  if (voiceFallbackUrl && !voiceUrl) throw new Refusal(400, 21405, 'VoiceFallbackUrl needs VoiceUrl')
  Object.assign(line, { voiceUrl, voiceFallbackUrl, statusCallback: form.get('StatusCallback') ?? line.statusCallback })
  return lineRow(exchange, line)
}

function lineRow(exchange: Exchange, line: Line): Row {
  return {
    ...heading(exchange, `IncomingPhoneNumbers/${line.sid}`, { createdAt: exchange.now() }),
    sid: line.sid,
    friendly_name: line.phoneNumber,
    phone_number: line.phoneNumber,
    beta: false,
    capabilities: { voice: true, sms: true, mms: false, fax: false },
    origin: 'twilio',
    status: 'in-use',
    voice_url: line.voiceUrl,
    voice_method: 'POST',
    voice_fallback_url: line.voiceFallbackUrl,
    voice_fallback_method: 'POST',
    voice_application_sid: '',
    voice_receive_mode: 'voice',
    status_callback: line.statusCallback,
    status_callback_method: 'POST',
  }
}

function recordingRow(exchange: Exchange, row: RecordingRow): Row {
  const isWhole = row.status === 'completed'
  return {
    ...heading(exchange, `Recordings/${row.sid}`, { createdAt: row.startedAt }),
    sid: row.sid,
    call_sid: row.callSid,
    conference_sid: null,
    status: row.status,
    duration: isWhole ? String(row.durationSeconds) : null,
    channels: 1,
    source: 'RecordVerb',
    start_time: rfc2822(row.startedAt),
    error_code: null,
    encryption_details: null,
    price: null,
    price_unit: 'USD',
  }
}
