import { readFileSync } from 'node:fs'
import type { CallSnapshot, LegId, LegStatus, StaffId } from '@switchboard/core'
import t from 'tap'
import { transition } from './machine.ts'
import { callerOf, isLive } from './state.ts'
import type { Call, Leg, MachineEvent, Step } from './state.ts'
import { sampleCalls, stateNames, transitionTable } from './table.ts'
import { blankLeg } from './turns.ts'

const now = new Date('2026-03-01T10:00:00Z')
const voicemail = { do: 'voicemail' as const, because: 'nobody can be rung' }
const [alex, sam] = ['alex', 'sam'] as [StaffId & LegId, StaffId & LegId]

function report(legId: string, status: LegStatus, sequence: number | null = null): MachineEvent {
  return { type: 'leg', legId: legId as LegId, vendorId: legId, status, sequence }
}

function conference(type: 'joined' | 'left', legId: string, { id = 'c1', sequence = 1, at = now } = {}): MachineEvent {
  return { type, legId: legId as LegId, vendorId: legId, conferenceId: id, sequence, at }
}

/** Both phones ring, Sam's leg is not known to the vendor yet. */
function twoRing(): Call {
  const call = sampleCalls.DialingStaff
  const leg: Leg = { ...blankLeg, id: sam, role: 'staff', staffId: sam, name: 'Sam', changedAt: now }
  return { ...call, state: { name: 'DialingStaff', staff: [alex, sam] }, legs: [...call.legs, leg] }
}

function after(call: Call, ...events: MachineEvent[]): Step & { all: Step['commands'] } {
  let step: Step = { call, commands: [], notices: [], releases: [], because: '' }
  const all = []
  for (const event of events) {
    step = transition(step.call, event, now)
    all.push(...step.commands)
  }
  return { ...step, all }
}

/** The rows of the tables in a text, without the spaces that line them up. */
function rowsOf(text: string): string[] {
  const rows = text.split('\n').filter(line => line.startsWith('|'))
  return rows.map(row => row.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---'))
}

t.test('there are eleven states, and the README shows every turn between them', async t => {
  const states = `Ringing RingingOutbound GetConferenceDetails FindingStaff DialingStaff WaitingForStaff StaffJoined
    AddingCallerToConference AllInConference Voicemail Hungup`
  t.strictSame(stateNames, states.split(/\s+/))
  const readme = rowsOf(readFileSync(new URL('README.md', import.meta.url), 'utf8'))
  const missing = rowsOf(transitionTable()).filter(row => !readme.includes(row))
  t.strictSame(missing, [], 'paste what transitionTable() gives')
  const turns = readme.filter(row => stateNames.some(name => row.startsWith(`|${name}|`)))
  t.equal(turns.length, rowsOf(transitionTable()).length - 2, 'and nothing else')
})

t.test('a call that rings, is answered and ends goes through every state of the way', async t => {
  const routed: MachineEvent = {
    type: 'routed',
    rung: [{ staffId: sam, name: 'Sam', legId: sam }],
    skipped: [{ staffId: alex, name: 'Alex', because: 'is away' }],
    ringSeconds: 25,
    because: 'free the longest',
    otherwise: voicemail,
  }
  const answering = { ...callerOf(sampleCalls.Ringing)!, told: null }
  const events: [MachineEvent, string, string][] = [
    [{ type: 'incoming' }, 'FindingStaff', ''],
    [routed, 'DialingStaff', 'dial'],
    [{ type: 'dialled', legId: sam, vendorId: 'sam' }, 'DialingStaff', ''],
    [report('sam', 'ringing', 1), 'DialingStaff', ''],
    [report('sam', 'in-progress', 2), 'StaffJoined', ''],
    [{ type: 'addCaller' }, 'AddingCallerToConference', 'redirect'],
    [conference('joined', 'sam'), 'AddingCallerToConference', ''],
    [conference('joined', 'caller', { sequence: 2 }), 'AllInConference', ''],
    [report('caller', 'completed'), 'Hungup', 'hangup'],
  ]
  let call: Call = { ...sampleCalls.Ringing, legs: [answering] }
  const sentences = []
  for (const [event, state, commands] of events) {
    const step = transition(call, event, now)
    t.equal(step.call.state.name, state, event.type)
    t.equal(step.commands.map(command => command.do).join(), commands, event.type)
    sentences.push(step.because)
    call = step.call
  }
  t.equal(call.outcome, 'answered')
  t.strictSame(sentences.slice(1, 2), ['Sam rung (free the longest); not rung: Alex is away'])
})

t.test(
  'the first of two to pick up has the call, and the other is hung up as soon as the vendor knows them',
  async t => {
    const { call, notices, releases } = after(twoRing(), report('alex', 'in-progress'))
    t.equal(call.state.name, 'StaffJoined')
    t.strictSame(notices, [{ name: 'call.answeredElsewhere', staffIds: [sam], by: alex }])
    t.strictSame(releases, [{ staffId: sam, hasSpoken: false }])
    const late = after(call, { type: 'dialled', legId: sam, vendorId: 'V2' })
    t.strictSame(late.commands, [{ do: 'hangup', legId: sam, vendorId: 'V2' }])
    t.equal(after(late.call, report('sam', 'in-progress')).call.state.name, 'StaffJoined')
  },
)

t.test('who declines is let go at once, and the others ring on', async t => {
  const { call, commands, releases } = after(twoRing(), { type: 'decline', staffId: alex })
  t.strictSame(call.state, { name: 'DialingStaff', staff: [sam] })
  t.strictSame(commands, [{ do: 'hangup', legId: alex, vendorId: 'alex' }])
  t.strictSame(releases, [{ staffId: alex, hasSpoken: false }])
  t.equal(after(call, { type: 'decline', staffId: sam }).call.state.name, 'FindingStaff')
})

t.test('a phone has ten more seconds to pick up after its owner pressed answer', async t => {
  const soon = new Date(now.getTime() + 1000)
  const ringing: Call = { ...sampleCalls.DialingStaff, due: { for: 'ring', at: soon } }
  const { call, notices } = after(ringing, { type: 'accept', staffId: alex })
  t.strictSame(notices, [{ name: 'call.accepted', staffId: alex, legId: alex }])
  t.strictSame(call.due, { for: 'ring', at: new Date(now.getTime() + 10_000) })
  t.equal(transition(call, { type: 'due', timer: 'ring' }, soon).call.state.name, 'DialingStaff')
  t.strictSame(after(call, { type: 'accept', staffId: alex }).notices, [], 'pressing again tells nobody')
})

t.test('who pressed answer before their phone rang is told again once it rings', async t => {
  const { call } = after(twoRing(), { type: 'accept', staffId: sam }, { type: 'dialled', legId: sam, vendorId: 'sam' })
  t.strictSame(after(call, report('sam', 'ringing')).notices, [{ name: 'call.accepted', staffId: sam, legId: sam }])
  t.strictSame(after(call, report('alex', 'in-progress')).call.acceptedBy, alex, 'who picks up first has it')
})

t.test('the caller goes back to the music when staff drop out before they met', async t => {
  const dropped = after(sampleCalls.AddingCallerToConference, report('alex', 'completed'))
  t.equal(dropped.call.state.name, 'FindingStaff')
  const joining: Call = {
    ...dropped.call,
    legs: dropped.call.legs.map(leg => (leg.role === 'caller' ? { ...leg, told: 'join' as const } : leg)),
  }
  const rung = [{ staffId: sam, name: 'Sam', legId: sam }]
  const next = after(joining, { type: 'routed', rung, skipped: [], ringSeconds: 25, because: '', otherwise: voicemail })
  t.match(next.commands, [
    { do: 'dial', legId: 'sam' },
    { do: 'redirect', legId: 'caller', to: 'wait' },
  ])
})

t.test('reports that are old, of another connection, or about nobody change nothing', async t => {
  const { call } = after(sampleCalls.DialingStaff, report('alex', 'in-progress', 3))
  const stale: MachineEvent[] = [
    report('alex', 'ringing', 2),
    report('alex', 'queued', 9),
    report('nobody', 'completed'),
    { ...report('alex', 'completed'), vendorId: 'another' } as MachineEvent,
    { type: 'dialled', legId: alex, vendorId: 'alex' },
    { type: 'incoming' },
    { type: 'recorded', recording: null },
    { type: 'due', timer: 'ring' },
    { type: 'conferenceEnded', conferenceId: 'another' },
  ]
  for (const event of stale) {
    const step = transition(call, event, now)
    t.strictSame(step.call, call, event.type)
    t.ok(step.because, event.type)
  }
})

t.test('a connection made twice, or after the dial was given up, does not ring on', async t => {
  const twice = after(sampleCalls.DialingStaff, { ...report('alex', 'ringing'), vendorId: 'twin' } as MachineEvent)
  t.strictSame(twice.commands, [{ do: 'hangup', legId: alex, vendorId: 'twin' }])
  const failed: MachineEvent = { type: 'commandFailed', legId: sam, command: 'dial', error: 'timed out' }
  const { call } = after(twoRing(), failed)
  t.strictSame(call.state, { name: 'DialingStaff', staff: [alex] })
  t.strictSame(after(call, report('sam', 'ringing')).commands, [{ do: 'hangup', legId: sam, vendorId: 'sam' }])
  const legs = [{ vendorId: 'late', legId: sam, status: 'ringing' as const, inConference: false }, ...truthOf(call)]
  const asked = after(call, { type: 'inspected', version: call.version, askedAt: now, snapshot: { legs } })
  t.strictSame(asked.commands, [{ do: 'hangup', legId: sam, vendorId: 'late' }])
})

function truthOf(call: Call): CallSnapshot['legs'] {
  const live = call.legs.filter(leg => isLive(leg) && leg.vendorId !== null)
  return live.map(({ id, vendorId, status, inConference }) => ({
    legId: id,
    vendorId: vendorId!,
    status,
    inConference,
  }))
}

function truly(call: Call, askedAt: Date, legs = truthOf(call)): MachineEvent {
  return { type: 'inspected', version: call.version, askedAt, snapshot: { legs } }
}

t.test('reports of an earlier conference do not undo what is known of a later one', async t => {
  const early = new Date(now.getTime() - 5000)
  const { call } = after(sampleCalls.AddingCallerToConference, conference('joined', 'caller', { id: 'c2' }))
  t.equal(call.state.name, 'AllInConference')
  t.equal(after(call, conference('left', 'caller', { id: 'c1', at: early })).call.state.name, 'AllInConference')
  t.equal(after(call, conference('left', 'caller', { id: 'c2', sequence: 1 })).call.state.name, 'AllInConference')
  t.equal(after(call, conference('left', 'caller', { id: 'c2', sequence: 4 })).call.state.name, 'Hungup')
})

t.test('the vendor’s truth decides, but not one that is older than what happened since', async t => {
  const later = new Date(now.getTime() + 60_000)
  const call = { ...sampleCalls.DialingStaff, version: 7 }
  const bothIn = call.legs.map(leg => ({
    vendorId: leg.vendorId!,
    legId: leg.id,
    status: 'in-progress' as const,
    inConference: true,
  }))
  const truth = (version: number, legs: CallSnapshot['legs']): MachineEvent => ({
    type: 'inspected',
    version,
    askedAt: later,
    snapshot: { legs },
  })
  t.strictSame(transition(call, truth(6, bothIn), later).call, call)
  const asked = transition(call, truth(7, bothIn), later)
  t.equal(asked.call.state.name, 'GetConferenceDetails')
  t.equal(transition(asked.call, truth(7, bothIn), later).call.state.name, 'AllInConference')
  t.equal(transition(call, truth(7, []), later).call.state.name, 'Hungup', 'the vendor knows none of the legs')
  t.equal(
    transition({ ...call, legs: call.legs.map(leg => ({ ...leg, changedAt: later })) }, truth(7, []), later).call.state
      .name,
    'DialingStaff',
    'its lists may lag',
  )
})

t.test('a caller who was asked in and does not come is asked again', async t => {
  const later = new Date(now.getTime() + 60_000)
  const { call } = after(sampleCalls.StaffJoined, { type: 'addCaller' })
  const { commands } = transition(call, truly(call, later), later)
  t.match(commands, [{ do: 'redirect', to: 'join' }])
  const early = transition(call, truly(call, now), now)
  t.strictSame(early.commands, [])
})

t.test('a message reported after the caller hung up makes the missed call a voicemail', async t => {
  const { call, notices } = after(sampleCalls.Voicemail, report('caller', 'completed'))
  t.equal(call.outcome, 'missed')
  t.strictSame(notices, [{ name: 'call.missed', staffIds: [] }])
  const recording = { vendorId: 'R1', url: 'https://vendor.example/R1', durationSeconds: 4 }
  const told = after(call, { type: 'recorded', recording })
  t.match(told.call, { outcome: 'voicemail', recording, state: { name: 'Hungup' } })
  t.strictSame(told.notices, [{ name: 'call.voicemail', durationSeconds: 4 }], 'it is missed only once')
})

t.test('a redirect to voicemail that was given up is tried again once the vendor tells how the call is', async t => {
  const failed: MachineEvent = { type: 'commandFailed', legId: 'caller' as LegId, command: 'redirect', error: 'no' }
  const { call } = after(sampleCalls.Voicemail, failed)
  const { commands } = after(call, truly(call, now))
  t.match(commands, [{ do: 'redirect', to: 'voicemail' }])
})

t.test(
  'who may be hearing the greeting is left alone until it shows, and is asked anew only when it was not said',
  async t => {
    const seen = (call: Call, seconds: number, recorded: 'on' | 'off', inConference = false): Step => {
      const at = new Date(now.getTime() + seconds * 1000)
      const legs = truthOf(call).map(leg => ({ ...leg, inConference }))
      const snapshot = { legs, recorded }
      return transition(call, { type: 'inspected', version: call.version, askedAt: at, snapshot }, at)
    }
    const told = (call: Call): unknown => callerOf(call)?.told
    const { call: unsure } = after(sampleCalls.Voicemail, { type: 'unsure', legId: 'caller' as LegId, seconds: 17 })
    t.match(unsure, { state: { name: 'Voicemail' }, due: { for: 'check', at: new Date(now.getTime() + 17_000) } })
    const early = seen(unsure, 16, 'off')
    t.strictSame(early.commands, [], 'the greeting may be on')
    t.strictSame(early.call.state, unsure.state)
    const speaks = seen(unsure, 9, 'on')
    t.strictSame([speaks.commands, speaks.call.state], [[], { name: 'Voicemail' }], 'the caller speaks')
    t.equal(told(speaks.call), 'voicemail')
    t.strictSame(seen(speaks.call, 700, 'off').commands, [], 'and has spoken')
    const silent = seen(unsure, 17, 'off')
    t.match(silent.commands, [{ do: 'redirect', to: 'voicemail' }], 'it was never said')
    t.notOk(silent.commands[0]?.again, 'so that it need not be found out')
    t.strictSame([silent.call.state, told(silent.call)], [{ name: 'Voicemail' }, 'voicemail'])
    t.match(seen(unsure, 2, 'off', true).commands, [{ do: 'redirect', to: 'voicemail' }], 'who is alone hears nothing')
    const failed: MachineEvent = { type: 'commandFailed', legId: 'caller' as LegId, command: 'redirect', error: 'no' }
    t.strictSame(seen(after(unsure, failed).call, 30, 'on').commands, [], 'what was given up may have been done')
  },
)

t.test('a caller who leaves the conference that staff are in was there, though that was not reported', async t => {
  const { call } = after(sampleCalls.AddingCallerToConference, conference('joined', 'alex', { sequence: 1 }))
  const other = after(call, conference('left', 'caller', { id: 'c0', sequence: 9 }))
  t.equal(other.call.state.name, 'AddingCallerToConference', 'not when it was another conference')
  const { call: ended, releases } = after(call, conference('left', 'caller', { sequence: 3 }))
  t.match(ended, { state: { name: 'Hungup' }, outcome: 'answered' })
  t.strictSame(releases, [{ staffId: alex, hasSpoken: true }])
})

t.test('a leg that was to end before it was dialled, and that the vendor knows nothing of, is over', async t => {
  const { call } = after(twoRing(), { type: 'hangup', by: 'Alex' })
  const later = new Date(now.getTime() + 60_000)
  const asked = transition(call, truly(call, later, []), later)
  t.ok(asked.call.legs.every(leg => leg.endedAt !== null))
})

t.test('a hub that slept believes neither an old answer of the vendor nor an old question of a caller', async t => {
  const call = sampleCalls.AllInConference
  const awake = new Date(now.getTime() + 120_000)
  t.strictSame(transition(call, truly(call, now, []), awake).call, call)
  const [caller, staff] = call.legs
  const joined = { ...call, legs: [{ ...caller!, changedAt: awake }, staff!] }
  const asks: MachineEvent = { type: 'asks', legId: caller!.id, at: now }
  t.strictSame(transition(joined, asks, awake).call, joined)
  t.equal(transition(joined, { ...asks, at: awake }, awake).call.legs[0]?.inConference, false)
})

t.test('who is handed over after the sender took them off hold, and left, hears music again', async t => {
  const to = { staffId: sam as string as StaffId, name: 'Sam', legId: sam }
  const by = alex as string as StaffId
  const { call: asked } = after(sampleCalls.AllInConference, {
    type: 'transfer',
    by,
    kind: 'warm',
    to,
    ringSeconds: 25,
  })
  const { call: off } = after(asked, { type: 'hold', by: 'Alex', on: false })
  const { call, commands } = after(off, { type: 'transferComplete', by })
  t.match([call.state.name, call.legs[0]?.isHeld], ['DialingStaff', true])
  t.match(
    commands.filter(command => command.do === 'hold'),
    [{ on: true }],
  )
})
