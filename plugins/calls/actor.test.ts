import { HubError, newId, VendorError, type CallId, type StaffId } from '@switchboard/core'
import t from 'tap'
import { act } from './actor.ts'
import { callCommands } from './commands.ts'
import { courier } from './courier.ts'
import {
  answered,
  asked,
  incoming,
  openCalls,
  openExchange,
  place,
  status,
  turns,
  type Exchange,
} from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }
const sam = { id: newId<'staff'>(), name: 'Sam' }

function gatewayCommand(exchange: Exchange, name: string): (staffId: StaffId, callId: CallId) => Promise<object> {
  const found = callCommands(exchange as never, exchange).find(command => command.name === name)
  return (staffId, callId) => found!.handle(staffId, { callId })
}

const eventsNamed = ({ published }: Exchange, name: string) =>
  published.filter(event => event.name === name).map(({ data }) => data as Record<string, unknown>)

t.test('a call is answered with music, rings somebody, brings both together, and ends for both', async t => {
  const exchange = await openExchange(store, [alex, { ...sam, because: 'is away' }])
  t.strictSame(await exchange.ask(incoming()), { do: 'wait', say: 'Hello.' })
  const { id, legs } = await exchange.call()
  t.match(eventsNamed(exchange, 'call.ringing'), [{ callId: id, from: '+61412345678', legs: [{ staffId: alex.id }] }])
  await exchange.carry()
  t.match(exchange.vendor.performed, [
    {
      do: 'dial',
      callId: id,
      legId: legs[1]?.id,
      to: { client: `staff_${alex.id.replaceAll('-', '')}` },
      from: '+61712345678',
    },
  ])
  await exchange.report(status('V1', 'in-progress', { sequence: 2 }))
  t.strictSame(await exchange.ask({ type: 'asks', leg: { vendorId: 'CA1' }, at: new Date() }), {
    do: 'wait',
    say: null,
  })
  await exchange.carry()
  t.match(exchange.vendor.performed[1], {
    do: 'redirect',
    vendorLegId: 'CA1',
    to: { do: 'join', callId: id, endOnExit: true },
  })
  await exchange.report(place('joined', 'V1', 1))
  await exchange.report(place('joined', 'CA1', 2))
  await exchange.report(status('CA1', 'completed'))
  await exchange.carry()
  t.strictSame(await turns(exchange), [
    'FindingStaff',
    'DialingStaff',
    'StaffJoined',
    'AddingCallerToConference',
    'AllInConference',
    'Hungup',
  ])
  t.strictSame(asked(exchange), ['dial', 'redirect to join', 'hangup'])
  t.strictSame(exchange.staff.released, [{ staffId: alex.id, spoke: true }])
  const call = await exchange.call()
  t.match(call, { outcome: 'answered', endedAt: Date, answeredAt: Date })
  t.ok(
    call.legs.every(leg => leg.endedAt !== null),
    'every leg has ended',
  )
  t.match((await exchange.trail())[1]?.because, /^Alex rung \(free the longest\); not rung: Sam is away$/)
  t.strictSame(eventsNamed(exchange, 'call.missed'), [])
})

t.test(
  'with nobody there the caller is asked for a message at once, and the trail says why nobody was rung',
  async t => {
    const exchange = await openExchange(store, [
      { ...alex, because: 'has no phone client connected' },
      { ...sam, because: 'is away' },
    ])
    t.match(await exchange.ask(incoming()), { do: 'voicemail', say: 'Speak after the tone.', maxSeconds: 120 })
    t.strictSame(exchange.waiting, [])
    const trail = await exchange.trail()
    t.equal(trail.at(-1)?.because, 'nobody can be rung; not rung: Alex has no phone client connected, Sam is away')
    const recording = { vendorId: 'RE1', url: 'https://vendor.example/RE1', durationSeconds: 3 }
    const recorded = { type: 'recorded', leg: { vendorId: 'CA1' }, recording, at: new Date() }
    t.strictSame(await exchange.ask(recorded), { do: 'hangup' })
    t.match(await exchange.call(), { outcome: 'voicemail', recording, state: { name: 'Hungup' } })
    t.match(eventsNamed(exchange, 'call.missed'), [{ from: '+61412345678', staffIds: [] }])
  },
)

t.test('who declines is not rung again: the next is, and after the last the caller is asked for a message', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await exchange.ask(incoming())
  const { id } = await exchange.call()
  const decline = gatewayCommand(exchange, 'call.decline')
  await decline(alex.id, id)
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial'], 'a phone that was declined before it was dialled does not ring')
  t.match(
    (await exchange.call()).legs.map(leg => [leg.name, leg.status]),
    [
      ['the caller', 'ringing'],
      ['Alex', 'canceled'],
      ['Sam', 'queued'],
    ],
  )
  await exchange.report(status('V1', 'busy'))
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail'])
  const rung = eventsNamed(exchange, 'call.ringing').flatMap(({ legs }) =>
    (legs as { staffId: string }[]).map(leg => leg.staffId),
  )
  t.strictSame(rung, [alex.id, sam.id])
  t.equal(exchange.staff.claims.size, 0)
  await t.rejects(decline(newId(), id), { code: 'not_found' })
})

t.test('a rung that nobody answers ends by its timer, which is a row', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await exchange.ask(incoming())
  await exchange.carry()
  exchange.move(24)
  await runTimers(exchange)
  t.match((await exchange.call()).state, { name: 'DialingStaff', staff: [alex.id] })
  exchange.move(1)
  await Promise.all([runTimers(exchange), runTimers(exchange)])
  await exchange.carry()
  t.match((await exchange.call()).state, { name: 'DialingStaff', staff: [sam.id] })
  t.strictSame(asked(exchange), ['dial', 'hangup', 'dial'])
  exchange.move(25)
  await runTimers(exchange)
  await exchange.carry()
  t.equal((await exchange.call()).state.name, 'Voicemail')
  t.strictSame(asked(exchange).slice(3), ['hangup', 'redirect to voicemail'])
  t.match(await exchange.trail().then(rows => rows.map(row => row.because)), [
    /./,
    /^Alex rung/,
    /./,
    /^Alex did not answer within 25 s$/,
  ])
  const gone = eventsNamed(exchange, 'call.state').filter(({ staffIds }) => (staffIds as string[]).includes(alex.id))
  t.match(gone.at(-1), { state: 'FindingStaff', with: [] }, 'Alex is told that it rings no more')
})

t.test('of two who press answer at once one has the call, and the other is told so', async t => {
  const exchange = await openExchange(store, [alex, sam], { strategy: 'all' })
  await exchange.ask(incoming())
  await exchange.carry()
  const { id } = await exchange.call()
  const press = gatewayCommand(exchange, 'call.answer')
  const results = await Promise.allSettled([press(alex.id, id), press(sam.id, id)])
  const [won] = results.filter(result => result.status === 'fulfilled')
  const [lost] = results.filter(result => result.status === 'rejected')
  t.match(lost?.reason, { code: 'answered_elsewhere' })
  t.ok(lost?.reason instanceof HubError)
  const [accepted] = eventsNamed(exchange, 'call.accepted')
  t.strictSame(won?.value, { callId: id, legId: accepted?.['legId'] })
  const winner = accepted?.['staffId'] === alex.id ? alex : sam
  const leg = (await exchange.call()).legs.find(each => each.staffId === winner.id)
  await exchange.report(status(leg?.vendorId ?? '', 'in-progress'))
  await exchange.carry()
  const loser = winner === alex ? sam : alex
  t.match(eventsNamed(exchange, 'call.answeredElsewhere'), [{ staffIds: [loser.id], by: winner.id }])
  t.strictSame(asked(exchange), ['dial', 'dial', 'hangup', 'redirect to join'])
  await t.rejects(press(loser.id, id), { code: 'answered_elsewhere' })
  await t.resolves(press(winner.id, id), 'pressing twice does no harm')
})

t.test('two phones that pick up at the same moment make one conversation', async t => {
  const exchange = await openExchange(store, [alex, sam], { strategy: 'all' })
  await exchange.ask(incoming())
  await exchange.carry()
  await Promise.all([exchange.report(status('V1', 'in-progress')), exchange.report(status('V2', 'in-progress'))])
  await exchange.carry()
  const { legs, state } = await exchange.call()
  t.equal(state.name, 'AddingCallerToConference')
  t.strictSame(
    legs.map(leg => leg.endedAt === null),
    [true, ...legs.slice(1).map(leg => leg.status === 'in-progress')],
  )
  t.equal(asked(exchange).filter(what => what === 'hangup').length, 1)
})

t.test('a webhook that comes again is answered the same and changes nothing', async t => {
  const exchange = await openExchange(store, [alex])
  const first = await exchange.ask(incoming())
  const before = await exchange.call()
  t.strictSame(await exchange.ask(incoming(), false), first)
  t.strictSame(await exchange.ask(incoming(), true), first, 'also under another delivery id')
  t.strictSame(await exchange.call(), before)
  const both = await Promise.all([exchange.ask(incoming('CA2')), exchange.ask(incoming('CA2'))])
  t.strictSame(both[0], both[1])
  const [count] = await exchange.store.read(tx => tx.sql<{ calls: number }>`select count(*)::int as calls from call`)
  t.equal(count?.calls, 2)
})

t.test('reports that come twice, out of order or about nobody change nothing that is known', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  const { id, legs } = await exchange.call()
  const early = { callId: id, legId: legs[1]?.id ?? null }
  await exchange.report(status('V1', 'in-progress', { ...early, sequence: 2 }))
  await exchange.report(status('V1', 'ringing', { ...early, sequence: 1 }))
  await exchange.carry()
  t.equal((await exchange.call()).legs[1]?.vendorId, 'V1', 'a report may come before the answer to the dial')
  t.strictSame(asked(exchange), ['redirect to join'], 'and then there is nothing left to dial')
  await exchange.report(place('joined', 'CA1', 2))
  await exchange.report(place('joined', 'CA1', 2))
  await exchange.report(status('V1', 'completed', { sequence: 3 }))
  await exchange.report(status('V1', 'completed', { sequence: 3 }))
  await exchange.report(status('V1', 'in-progress', { sequence: 2 }))
  await exchange.report(status('nobody', 'completed'))
  await exchange.report({ type: 'other', name: 'new thing', at: new Date() })
  t.strictSame((await turns(exchange)).slice(-2), ['AllInConference', 'Hungup'])
  t.equal((await exchange.call()).legs[1]?.status, 'completed')
  t.strictSame(exchange.staff.released, [{ staffId: alex.id, spoke: true }])
})

t.test('a crash between the vendor’s deed and our note of it does not dial twice', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  const [row] = exchange.waiting
  await courier(exchange).carry(row?.data, 1)
  t.equal((await exchange.call()).legs[1]?.vendorId, null, 'what was done is not noted')
  await exchange.store.transact(await courier(exchange).carry(row?.data, 2))
  t.strictSame(asked(exchange), ['dial'])
  t.equal((await exchange.call()).legs[1]?.vendorId, 'V1')
})

t.test('a dial that a crash hid is found and hung up, though nobody wants it any more', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  const [row] = exchange.waiting.splice(0)
  await courier(exchange).carry(row?.data, 1)
  await exchange.report(status('CA1', 'completed'))
  await exchange.store.transact(await courier(exchange).carry(row?.data, 2))
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'hangup'])
  t.ok((await exchange.call()).legs.every(leg => leg.endedAt !== null))
})

t.test('a phone that is dialled while the caller hangs up is hung up at once', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  exchange.vendor.meanwhile = () => {
    exchange.vendor.meanwhile = async () => {}
    return exchange.report(status('CA1', 'completed'))
  }
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'hangup'])
  t.equal((await exchange.call()).outcome, 'missed')
  t.match(eventsNamed(exchange, 'call.missed'), [{ staffIds: [alex.id] }])
})

t.test('who cannot be dialled is passed over, and the trail says why', async t => {
  const exchange = await openExchange(store, [alex, sam])
  exchange.vendor.failures.push(new VendorError('no such client', { vendorCode: '21211' }))
  await exchange.ask(incoming())
  await exchange.carry()
  t.match((await exchange.call()).state, { name: 'DialingStaff', staff: [sam.id] })
  t.ok(
    (await exchange.trail()).some(({ because }) =>
      /Alex could not be reached \(dial failed: no such client\)/.test(because),
    ),
  )
})

t.test('a dial without an answer is asked for before it is repeated, and given up after three attempts', async t => {
  const exchange = await openExchange(store, [alex, sam])
  const unknown = new VendorError('timed out', { retryable: true, outcomeUnknown: true })
  exchange.vendor.failures.push(unknown)
  await exchange.ask(incoming())
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial'])
  t.equal((await exchange.call()).legs[1]?.vendorId, 'V1')
  exchange.vendor.failures.push(...Array.from({ length: 3 }, () => new VendorError('busy', { retryable: true })))
  await exchange.ask(incoming('CA2'))
  await exchange.carry()
  const { state, legs } = await exchange.call()
  t.match(legs[1], { name: 'Sam', status: 'failed' })
  t.equal(state.name, 'WaitingForStaff', 'Alex is on the first call, and will be free')
})

t.test('the caller is not left alone when staff drop out before they met: the next is rung', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await answered(exchange)
  await exchange.report(status('V1', 'completed'))
  await exchange.carry()
  t.match((await exchange.call()).state, { name: 'DialingStaff', staff: [sam.id] })
  t.strictSame(asked(exchange), ['dial', 'redirect to join', 'dial', 'redirect to wait'])
})

t.test('a redirect that a later one replaced is not carried out', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  await exchange.carry()
  await exchange.report(status('V1', 'in-progress'))
  await exchange.report(status('V1', 'completed'))
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail'])
})

t.test('whoever is in a call can end it; for whom it only rings, it is declining', async t => {
  const exchange = await openExchange(store, [alex, sam])
  const hangUp = gatewayCommand(exchange, 'call.hangup')
  await exchange.ask(incoming())
  await exchange.carry()
  await hangUp(alex.id, (await exchange.call()).id)
  t.match((await exchange.call()).state, { name: 'DialingStaff', staff: [sam.id] })
  await exchange.carry()
  const leg = (await exchange.call()).legs.find(({ staffId }) => staffId === sam.id)
  await exchange.report(status(leg?.vendorId ?? '', 'in-progress'))
  await hangUp(sam.id, (await exchange.call()).id)
  await exchange.carry()
  t.equal((await exchange.call()).state.name, 'Hungup')
  t.ok((await exchange.call()).legs.every(({ endedAt }) => endedAt !== null))
})

t.test('when what follows cannot be written, nothing of the call is', async t => {
  const exchange = await openExchange(store, [alex])
  const broken: Exchange['events'] = { publish: () => Promise.reject(new Error('no')) }
  await exchange.ask(incoming())
  const before = await exchange.call()
  const ended = exchange.store.transact(tx =>
    act({ ...exchange, events: broken }, tx, before.id, { type: 'hangup', by: 'Alex' }),
  )
  await t.rejects(ended, { message: 'no' })
  t.strictSame(await exchange.call(), before)
})
