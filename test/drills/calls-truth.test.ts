import t from 'tap'
import type { LegView } from '@switchboard/test-simulators/twilio-control'
import { breaksOf, type CallRecord, type Evidence } from './calls-truth.ts'

const at = new Date('2026-03-02T00:00:00Z')
const caller = { id: 'L1', role: 'caller' as const, staffId: null, vendorId: 'CA1', status: 'completed', endedAt: at }
const line = { at, event: 'leg', because: 'x', data: {} }

/** A call that somebody answered, as it should be. */
function evidence(
  change: Partial<CallRecord> = {},
  leg: Partial<LegView> = {},
  more: Partial<Evidence> = {},
): Evidence {
  const call: CallRecord = {
    ...{ id: 'C1', direction: 'inbound', state: 'Hungup', outcome: 'answered', createdAt: at, endedAt: at },
    legs: [caller],
    trail: [
      { ...line, seq: 1, from: 'Ringing', to: 'FindingStaff' },
      { ...line, seq: 2, from: 'FindingStaff', to: 'Hungup' },
    ],
    ...change,
  }
  const view: LegView = {
    ...{
      callSid: 'CA1',
      direction: 'inbound',
      from: '+61491570156',
      to: '+61255501234',
      status: 'completed',
      label: null,
    },
    ...{
      conference: null,
      dialledInto: null,
      startedAtMs: 0,
      endedAtMs: 9,
      heard: [],
      silenceMs: 0,
      longestSilenceMs: 0,
    },
    ...leg,
  }
  return { calls: [call], legs: [view], performed: [], ...more }
}

const what = (given: Evidence): string[] => breaksOf(given).map(one => one.what)
const dialled = (staffId: string, legId: string) => ({ commands: [{ do: 'dial', staffId, legId }] })
const redirect = (atMs: number, verb: string) => ({
  ...{ atMs, what: 'POST Calls/:sid', callSid: 'CA1' },
  form: { Twiml: `<Response><${verb}/></Response>` },
})

t.test('a call as it should be breaks nothing', async t => t.strictSame(what(evidence()), []))

t.test('each thing that must never be is seen', async t => {
  t.strictSame(what(evidence({ state: 'Voicemail' })), ['not ended', 'trail'])
  t.strictSame(what(evidence({}, { endedAtMs: null, status: 'in-progress' })), ['alive after the end'])
  t.strictSame(what(evidence({ legs: [{ ...caller, endedAt: null }] })), ['alive after the end'])
  t.strictSame(what(evidence({}, { longestSilenceMs: 5_001 })), ['silence'])
  t.strictSame(what({ ...evidence(), calls: [] }), ['no call'])
})

t.test('a trail with a gap, or that goes on after the end, is seen', async t => {
  const [first, last] = evidence().calls[0]?.trail ?? []
  if (!first || !last) throw new Error('there is no trail')
  t.strictSame(what(evidence({ trail: [first, { ...last, seq: 3 }] })), ['trail'])
  t.strictSame(what(evidence({ trail: [first, { ...last, from: 'DialingStaff' }] })), ['trail'])
  const woken = [first, last, { ...last, seq: 3, from: 'Hungup', to: 'FindingStaff' }, { ...last, seq: 4 }]
  t.ok(what(evidence({ trail: woken })).includes('trail'))
})

t.test('somebody who is rung twice is seen, unless they handed the call over', async t => {
  const [first, last] = evidence().calls[0]?.trail ?? []
  if (!first || !last) throw new Error('there is no trail')
  const rung = [1, 2].map(seq => ({
    ...first,
    seq,
    event: 'routed',
    to: 'FindingStaff',
    data: dialled('S1', `L${seq}`),
  }))
  const [one, two] = rung.map((row, index) => ({ ...row, from: index === 0 ? 'Ringing' : 'FindingStaff' }))
  if (!one || !two) throw new Error('nobody is rung')
  t.strictSame(what(evidence({ trail: [one, two, { ...last, seq: 3 }] })), ['rung twice'])
  const handed = { ...two, event: 'transfer', data: { by: 'S1' } }
  t.strictSame(what(evidence({ trail: [one, handed, { ...two, seq: 3 }, { ...last, seq: 4 }] })), [])
})

t.test('what was done twice is seen where it does harm', async t => {
  t.strictSame(what(evidence({}, {}, { performed: [redirect(5, 'Conference')] })), ['done twice'])
  t.strictSame(what(evidence({}, {}, { performed: [redirect(5, 'Play')] })), [], 'music may begin anew')
  t.strictSame(what(evidence({}, {}, { performed: [redirect(5, 'Record')] })), [], 'a greeting may begin anew')
  const spoke = { heard: [{ atMs: 3, sound: 'beep' as const }] }
  t.strictSame(what(evidence({}, spoke, { performed: [redirect(5, 'Record')] })), ['message cut'], 'a message may not')
  const asked = evidence().calls[0]?.trail.map(row => ({
    ...row,
    data: { commands: [{ do: 'redirect', to: 'voicemail', legId: 'L1', vendorId: 'CA1' }] },
  }))
  const wanted = evidence({ trail: asked ?? [] }, spoke, { performed: [redirect(2, 'Record'), redirect(5, 'Play')] })
  t.strictSame(what(wanted), ['message cut'], 'nor be followed by anything, though the hub asked for it')
})
