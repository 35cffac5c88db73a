import { newId, VendorError } from '@switchboard/core'
import t from 'tap'
import { resume, resumeAtStart } from './resume.ts'
import { answered, asked, incoming, openCalls, openExchange, place, status, talking, turns } from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }

t.test('resuming finishes calls that the vendor says are over, and hangs up what should be', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  exchange.vendor.legs.set('CA1', { vendorId: 'CA1', legId: null, status: 'completed', inConference: false })
  exchange.move(60)
  await resume(exchange, 0)
  t.match(await exchange.call(), { state: { name: 'Hungup' }, outcome: 'answered' })
  await exchange.carry()
  t.strictSame(asked(exchange).at(-1), 'hangup')
})

t.test('resuming a ringing call in which both are in the conference by now puts it there', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  await exchange.carry()
  const leg = exchange.vendor.legs.get('V1')!
  exchange.vendor.legs.set('V1', { ...leg, status: 'in-progress', inConference: true })
  exchange.vendor.legs.set('CA1', { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: true })
  await resume(exchange, 0)
  t.strictSame((await turns(exchange)).slice(-2), ['GetConferenceDetails', 'AllInConference'])
  t.strictSame(exchange.waiting, [])
})

t.test('resuming a ringing call that somebody answered meanwhile asks the caller in', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  await exchange.carry()
  const leg = exchange.vendor.legs.get('V1')!
  exchange.vendor.legs.set('V1', { ...leg, status: 'in-progress', inConference: true })
  exchange.vendor.legs.set('CA1', { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: false })
  await resume(exchange, 0)
  await exchange.carry()
  t.strictSame((await turns(exchange)).slice(-3), ['GetConferenceDetails', 'StaffJoined', 'AddingCallerToConference'])
  t.strictSame(asked(exchange), ['dial', 'redirect to join'])
})

t.test(
  'a call that is as the vendor says is left alone, and a leg that lives on after the end is hung up again',
  async t => {
    const exchange = await openExchange(store, [alex])
    await talking(exchange)
    exchange.vendor.legs.set('V1', { vendorId: 'V1', legId: null, status: 'in-progress', inConference: true })
    exchange.vendor.legs.set('CA1', { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: true })
    const before = await exchange.call()
    exchange.move(60)
    await resume(exchange, 0)
    t.strictSame(await exchange.call(), before)
    await exchange.report(status('CA1', 'completed'))
    exchange.waiting.splice(0)
    exchange.vendor.legs.delete('CA1')
    exchange.move(60)
    await resume(exchange, 0)
    await exchange.carry()
    t.strictSame(asked(exchange).slice(-1), ['hangup'])
    await resume(exchange, 0)
    t.strictSame(exchange.waiting, [], 'what is finished is not looked at again')
  },
)

t.test('a vendor that does not answer leaves calls untouched, and is asked again', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  const before = await exchange.call()
  exchange.vendor.isDown = true
  exchange.move(60)
  await resume(exchange, 0)
  t.strictSame(await exchange.call(), before)
  exchange.vendor.isDown = false
  exchange.vendor.legs.clear()
  await resume(exchange)
  t.strictSame(await exchange.call(), before, 'not at once')
  exchange.move(26)
  await resume(exchange)
  t.equal((await exchange.call()).state.name, 'Hungup')
})

t.test('a caller who was asked in and does not come is asked again, by the vendor’s truth', async t => {
  const exchange = await openExchange(store, [alex])
  await answered(exchange)
  exchange.vendor.legs.set('V1', { vendorId: 'V1', legId: null, status: 'in-progress', inConference: true })
  exchange.vendor.legs.set('CA1', { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: false })
  exchange.move(3)
  await runTimers(exchange)
  t.strictSame(exchange.waiting, [], 'they may be on their way')
  exchange.move(7)
  await runTimers(exchange)
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to join', 'redirect to join'])
  await exchange.report(place('joined', 'CA1', 2))
  t.equal((await exchange.call()).state.name, 'AllInConference')
})

t.test('a caller who joined while a redirect was on its way is not taken out of the conference by it', async t => {
  const exchange = await openExchange(store, [alex])
  await exchange.ask(incoming())
  await exchange.carry()
  await exchange.report(status('V1', 'in-progress'))
  await exchange.report(place('joined', 'CA1', 2))
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial'])
})

t.test('that both are in the conference is found out soon, when no report says so', async t => {
  const exchange = await openExchange(store, [alex])
  await answered(exchange)
  exchange.vendor.legs.set('V1', { vendorId: 'V1', legId: null, status: 'in-progress', inConference: true })
  exchange.vendor.legs.set('CA1', { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: true })
  exchange.move(3)
  await runTimers(exchange)
  t.equal((await exchange.call()).state.name, 'AllInConference')
})

t.test(
  'a vendor that never answers does not keep the hub from starting, and its late answer is not believed',
  async t => {
    const exchange = await openExchange(store, [alex])
    await talking(exchange)
    const asking = Promise.withResolvers<{ legs: [] }>()
    const isAsked = { once: false }
    exchange.vendor.inspect = async () => {
      if (isAsked.once) throw new VendorError('the vendor is down', { retryable: true })
      isAsked.once = true
      return asking.promise
    }
    exchange.move(60)
    await resumeAtStart(exchange, 1)
    t.equal((await exchange.call()).state.name, 'AllInConference')
    await exchange.report(place('joined', 'V1', 1))
    const before = await exchange.call()
    asking.resolve({ legs: [] })
    await new Promise(wake => setTimeout(wake, 50))
    t.strictSame(await exchange.call(), before, 'the call has heard something since')
  },
)
