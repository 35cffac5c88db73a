import { newId, VendorError, type CallId } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import { acts, doAct } from './acts.ts'
import { tell, type About } from './tell.ts'
import type { TrailRow } from './store.ts'
import { answered, incoming, openCalls, openExchange, place, status, talking, type Exchange } from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }
const sam = { id: newId<'staff'>(), name: 'Sam', because: 'is away' }
const about: About = {
  ...{ direction: 'inbound', caller: 'Ann', from: '+61412345678', line: '+61712345678' },
  timeZone: 'Australia/Brisbane',
}

const story = async (exchange: Exchange, of: Partial<About> = {}): Promise<string[]> =>
  tell(await exchange.trail(), { ...about, ...of })

async function doing(exchange: Exchange, name: string, input: object): Promise<void> {
  const act = acts.find(one => one.name === name)!
  const { id: callId } = await exchange.call()
  const actor = { staffId: alex.id, name: 'Alex', role: 'agent' as const }
  await store.transact(tx => doAct({ stage: exchange, tx, actor }, { callId, act, input: act.input.parse(input) }))
  await exchange.carry()
}

t.test('a call that was answered: who called, who was rung and who not, that they spoke, how it ended', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await answered(exchange)
  exchange.move(65)
  await exchange.report(place('joined', 'V1', 1))
  await exchange.report(place('joined', 'CA1', 2))
  await exchange.report(status('CA1', 'completed'))
  t.same(await story(exchange), [
    '20:00:00 Ann called +61 7 1234 5678.',
    '20:00:00 Rung: Alex, for 25 s (free the longest); not rung: Sam is away.',
    '20:00:00 Alex answered.',
    '20:01:05 They speak with each other.',
    '20:01:05 The caller hung up.',
  ])
})

t.test('a call that nobody took: each timer, the rule that sent the caller on, and the message', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming('CA1', null))
  await exchange.carry()
  exchange.move(26)
  await runTimers(exchange)
  await exchange.carry()
  const recording = { vendorId: 'RE1', url: 'https://vendor.example', durationSeconds: 34 }
  const leg = { vendorId: 'CA1', callId: null, legId: null }
  await exchange.report({ type: 'recorded', leg, recording, at: new Date() })
  t.same(await story(exchange, { from: null, caller: null, timeZone: 'UTC' }), [
    '10:00:00 Somebody who withheld their number called +61 7 1234 5678.',
    '10:00:00 Rung: Alex, for 25 s (free the longest).',
    '10:00:26 Alex did not answer within 26 s.',
    '10:00:26 The caller is asked for a message: nobody can be rung; not rung: Alex was rung for this call already.',
    '10:00:26 The caller left a message (34 s).',
  ])
})

t.test('what people do to a call is told in their names; what the vendor refused without its words', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  await doing(exchange, 'hold', { on: true })
  await doing(exchange, 'hold', { on: false })
  const refused = () => new VendorError('POST /Calls/CA00000000000000000000000000000000.json answered 400')
  exchange.vendor.failures.push(refused(), refused())
  await doing(exchange, 'transfer', { to: { phone: '0491 570 156' }, kind: 'warm' })
  await exchange.report(status('V1', 'completed'))
  const told = (await story(exchange)).map(sentence => sentence.slice(9))
  t.same(told.slice(4), [
    'Alex put the caller on hold.',
    'Alex took the caller off hold.',
    'Alex asks +61491570156 to take the call.',
    'The caller could not be put on hold or taken off it.',
    '+61491570156 could not be rung: the phone company did not take it.',
    'Alex hung up.',
  ])
})

const events = [
  'incoming',
  'leg',
  'joined',
  'left',
  'conferenceEnded',
  'recorded',
  'asks',
  'routed',
  'addCaller',
  'dialled',
]
  .concat([
    'undialled',
    'gone',
    'commandFailed',
    'unsure',
    'due',
    'accept',
    'decline',
    'hangup',
    'digits',
    'hold',
    'mute',
    'transfer',
  ])
  .concat(['add', 'drop', 'record', 'attend', 'dialOut', 'inspected'])
const states = [
  'FindingStaff',
  'DialingStaff',
  'WaitingForStaff',
  'StaffJoined',
  'AllInConference',
  'Voicemail',
  'Hungup',
]
const word = fc.oneof(
  fc.constantFrom('Alex', 'is away', 'nobody answered'),
  fc.uuid().map(id => `someone ${id}`),
)
const rung = fc.record({ legId: fc.uuid(), staffId: fc.uuid(), name: word })
const data = fc.record(
  {
    ...{
      legId: fc.uuid(),
      vendorId: fc.uuid(),
      staffId: fc.uuid(),
      status: fc.constantFrom('in-progress', 'busy', 'ringing'),
    },
    ...{
      rung: fc.oneof(fc.array(rung), rung, fc.constant(null)),
      skipped: fc.array(fc.record({ staffId: fc.uuid(), name: word, because: word })),
    },
    ...{
      otherwise: fc.record({ do: fc.constant('voicemail'), because: word }),
      because: word,
      ringSeconds: fc.nat(60),
    },
    recording: fc.option(fc.record({ vendorId: fc.uuid(), durationSeconds: fc.option(fc.nat(99)) })),
    command: fc.constantFrom('dial', 'redirect', 'strange'),
  },
  { requiredKeys: [] },
)
const row = fc.record({
  ...{ event: fc.constantFrom(...events), from: fc.constantFrom(...states), to: fc.constantFrom(...states) },
  ...{ because: word, data, at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }) },
})

t.test(
  'whatever the trail holds: at most a sentence for each line, in order, each with its time and an end, and never an id',
  async () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), rows => {
        const trail: TrailRow[] = rows.map((one, seq) => ({ ...one, seq }))
        const told = tell(trail, { ...about, caller: `Ann ${newId<'call'>() satisfies CallId}` })
        const apart = trail.flatMap(one => tell([one], { ...about, caller: 'Ann' }).length)
        const isWhole = told.every(sentence => /^\d\d:\d\d:\d\d \S.*[.!?…]$/s.test(sentence))
        const hasId = told.some(sentence => /[0-9a-f]{8}-[0-9a-f]{4}-/i.test(sentence))
        return isWhole && !hasId && told.length === apart.reduce((sum, count) => sum + count, 0)
      }),
      { numRuns: 500 },
    )
  },
)
