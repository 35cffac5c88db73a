import { newId, type CallEvent, type CallId, type LegId, type WebhookRequest } from '@switchboard/core'
import t from 'tap'
import { receive } from './receive.ts'

const receivedAt = new Date('2026-11-21T09:30:00Z')
const callId: CallId = newId()
const legId: LegId = newId()

/** Reads what the vendor posts to `path`, such as `status?call=…`. */
function read(path: string, fields: object): CallEvent {
  const [channel = ''] = path.split('?')
  const request: WebhookRequest = {
    adapter: 'twilio',
    channel,
    method: 'POST',
    url: `https://hub.example.test/webhooks/twilio/${path}`,
    headers: {},
    body: Buffer.from(new URLSearchParams({ ...fields }).toString()),
    receivedAt,
  }
  return receive(request)
}

const voice = { CallSid: 'CA1', CallStatus: 'ringing', Direction: 'inbound', From: '+61491570156', To: '+61255501234' }
const ours = { vendorId: 'CA1', callId, legId }
const unknown = { vendorId: 'CA1', callId: null, legId: null }

t.test('a leg that rings is an incoming call, also when it comes to the fallback', async t => {
  const incoming = { type: 'incoming', leg: unknown, from: '+61491570156', to: '+61255501234', at: receivedAt }
  t.same(read('voice', voice), incoming)
  t.same(read('fallback', { ...voice, ErrorCode: '11205', ErrorUrl: 'https://hub.example.test/' }), incoming)
})

t.test('who calls is passed on as written, and null when withheld', async t => {
  const from = (From: string): unknown => (read('voice', { ...voice, From }) as { from: unknown }).from
  for (const written of ['0491 570 156', 'client:staff_1', 'sip:jo@example.test', '+266696', 'Unknownville'])
    t.equal(from(written), written)
  const withheld = [
    '',
    'anonymous',
    'Anonymous',
    'Restricted',
    'sip:anonymous@anonymous.invalid',
    '+266696687',
    '+7378742833',
  ]
  for (const written of withheld) t.equal(from(written), null, written)
})

t.test('a leg that talks asks what is next, with our ids from our own address', async t => {
  const talking = { ...voice, CallStatus: 'in-progress' }
  t.same(read('voice?ask=next', talking), { type: 'asks', leg: unknown, at: receivedAt })
  t.same(read('voice?ask=next', voice), { type: 'asks', leg: unknown, at: receivedAt }, 'whatever its status')
  t.same(read(`dial-action?call=${callId}&leg=${legId}`, talking), {
    ...{ type: 'asks', leg: ours, at: receivedAt },
    hasLeft: true,
  })
  t.same(
    read('dial-action?call=x&leg=y', talking),
    { type: 'asks', leg: unknown, at: receivedAt, hasLeft: true },
    'and none that are not',
  )
})

t.test('a leg that is over when it asks tells its end', async t => {
  t.match(read('dial-action', { ...voice, CallStatus: 'completed', DialCallStatus: 'answered' }), {
    type: 'leg',
    status: 'completed',
  })
})

t.test('a status callback is a report about the leg, at the time of the vendor', async t => {
  const path = `status?call=${callId}&leg=${legId}`
  const Timestamp = 'Sat, 21 Nov 2026 09:00:03 +0000'
  const at = new Date('2026-11-21T09:00:03Z')
  const base = { type: 'leg', leg: ours, at }
  const first = { ...voice, CallStatus: 'initiated', SequenceNumber: '0', Timestamp }
  t.same(read(path, first), { ...base, status: 'queued', sequence: 0, durationSeconds: null })
  const last = { ...voice, CallStatus: 'completed', SequenceNumber: '3', CallDuration: '42', Duration: '1', Timestamp }
  t.same(read(path, last), { ...base, status: 'completed', sequence: 3, durationSeconds: 42 })
  for (const status of ['ringing', 'in-progress', 'busy', 'no-answer', 'failed', 'canceled'])
    t.match(read(path, { ...voice, CallStatus: status }), { status, sequence: null, at: receivedAt })
})

const conference = {
  ConferenceSid: 'CF1',
  FriendlyName: callId,
  SequenceNumber: '4',
  CallSid: 'CA1',
  ParticipantLabel: legId,
}
const inConference = { sequence: 4, conference: { name: callId, vendorId: 'CF1' }, at: receivedAt }

t.test('conference reports carry our ids as the name and the label', async t => {
  const report = (StatusCallbackEvent: string): CallEvent => read('conference', { ...conference, StatusCallbackEvent })
  t.same(report('participant-join'), { type: 'joined', leg: ours, ...inConference })
  t.same(report('participant-leave'), { type: 'left', leg: ours, ...inConference })
  t.same(report('conference-end'), { type: 'conferenceEnded', callId, ...inConference })
})

t.test('a participant that never came is a leg that ended', async t => {
  const failed = {
    ...conference,
    StatusCallbackEvent: 'participant-leave',
    ParticipantCallStatus: 'no-answer',
    ReasonParticipantLeft: 'participant_add_failed',
  }
  const ended = { type: 'leg', leg: ours, status: 'no-answer', sequence: null, durationSeconds: null, at: receivedAt }
  t.same(read('conference', failed), ended)
})

const recording = {
  CallSid: 'CA1',
  RecordingSid: 'RE1',
  RecordingUrl: 'https://api.example.test/RE1',
  RecordingDuration: '14',
}
const kept = { vendorId: 'RE1', url: 'https://api.example.test/RE1', durationSeconds: 14 }

t.test('a recording is reported once there is a file, or none will come', async t => {
  const path = `recording?call=${callId}`
  const leg = { vendorId: 'CA1', callId, legId: null }
  const report = (RecordingStatus: string): CallEvent => read(path, { ...recording, RecordingStatus })
  t.same(report('completed'), { type: 'recorded', leg, recording: kept, at: receivedAt })
  t.same(report('absent'), { type: 'recorded', leg, recording: null, at: receivedAt })
  t.same(report('in-progress'), { type: 'other', name: 'in-progress', at: receivedAt })
})

t.test('a caller who finished a message, or hung up during it, is reported with it', async t => {
  const path = `record-action?call=${callId}`
  const leg = { vendorId: 'CA1', callId, legId: null }
  const done = { type: 'recorded', leg, recording: kept, at: receivedAt }
  t.same(read(path, { ...voice, ...recording, CallStatus: 'in-progress', Digits: '#' }), done)
  t.same(read(path, { ...voice, ...recording, CallStatus: 'completed', Digits: 'hangup' }), done)
})

t.test('what it does not know is other, with its name', async t => {
  const other = (name: string): object => ({ type: 'other', name, at: receivedAt })
  t.same(read('conference', { ...conference, StatusCallbackEvent: 'participant-mute' }), other('participant-mute'))
  t.same(read('conference', { ...conference, StatusCallbackEvent: 'something-new' }), other('something-new'))
  t.same(read('status', { ...voice, CallStatus: 'teleported' }), other('teleported'))
  t.same(read('status', { CallStatus: 'ringing' }), other('ringing'), 'a report about no leg')
  t.same(read('constructor', {}), other('constructor'))
})

t.test('a time that is none is when it came', async t => {
  t.same(read('status', { ...voice, Timestamp: 'yesterday' }).at, receivedAt)
})
