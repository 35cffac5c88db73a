import { newId, VendorError } from '@switchboard/core'
import t from 'tap'
import { asked, incoming, openCalls, openExchange, place, status, type Exchange } from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }

t.test('what the call no longer wants once the vendor has told what was done is not done', async t => {
  const exchange = await openExchange(store, [alex])
  const { vendor } = exchange
  await exchange.ask(incoming())
  await exchange.carry()
  vendor.failures.push(new VendorError('the answer was lost', { outcomeUnknown: true }))
  const { inspect } = vendor
  vendor.inspect = async known => {
    // The caller was in the conference, and is out of it when the vendor looks: Alex left, which is reported meanwhile.
    const seen = await inspect(known)
    vendor.inspect = inspect
    await exchange.report(place('joined', 'V1', 1))
    await exchange.report(place('left', 'V1', 2))
    return { legs: [...seen.legs, { vendorId: 'CA1', legId: null, status: 'in-progress', inConference: false }] }
  }
  await exchange.report(status('V1', 'in-progress', { sequence: 2 }))
  await exchange.carry()
  t.strictSame(
    asked(exchange),
    ['dial', 'redirect to join', 'hangup', 'redirect to voicemail'],
    'joining is not told twice',
  )
})

/** A caller whom nobody answered, who is asked for a message; the vendor's answer to that is lost. */
async function askedInVain(exchange: Exchange, recorded: { is: 'on' | 'off' }): Promise<void> {
  const { vendor } = exchange
  const { inspect } = vendor
  const caller = { vendorId: 'CA1', legId: null, status: 'in-progress' as const, inConference: false }
  vendor.inspect = async known => ({ legs: [...(await inspect(known)).legs, caller], recorded: recorded.is })
  await exchange.ask(incoming())
  await exchange.carry()
  await exchange.report(status('V1', 'busy', { sequence: 2 }))
  vendor.failures.push(new VendorError('the answer was lost', { outcomeUnknown: true }))
  await exchange.carry()
}

t.test('a greeting that may be on is not begun anew: who speaks by the time it is over is left alone', async t => {
  const exchange = await openExchange(store, [alex])
  const recorded = { is: 'off' as 'on' | 'off' }
  await askedInVain(exchange, recorded)
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail'])
  exchange.move(4)
  await runTimers(exchange)
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail'], 'the greeting may be on')
  recorded.is = 'on'
  exchange.move(1)
  await runTimers(exchange)
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail'], 'the caller speaks')
})

t.test('who turns out not to have been asked for a message is asked once the greeting would be over', async t => {
  const exchange = await openExchange(store, [alex])
  await askedInVain(exchange, { is: 'off' })
  exchange.move(5)
  await runTimers(exchange)
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail', 'redirect to voicemail'])
})

t.test('a key pressed before the greeting begins does not begin it: it would be begun anew after the tone', async t => {
  const exchange = await openExchange(store, [alex])
  await askedInVain(exchange, { is: 'off' })
  exchange.move(4)
  const leg = { vendorId: 'CA1', callId: null, legId: null }
  const told = await exchange.ask({ type: 'digits', leg, digits: '1', at: new Date() })
  t.match(told, { do: 'wait' }, 'music')
  exchange.move(1)
  await runTimers(exchange)
  await exchange.carry()
  t.strictSame(asked(exchange), ['dial', 'redirect to voicemail', 'redirect to voicemail'], 'begun once they are asked')
})

t.test(
  'a hang-up is asked for again without a look at the vendor, which may take as long as the hang-up itself',
  async t => {
    const exchange = await openExchange(store, [alex])
    const { vendor } = exchange
    await exchange.ask(incoming())
    await exchange.carry()
    vendor.inspect = () => Promise.reject(new VendorError('the vendor does not answer', { retryable: true }))
    vendor.failures.push(new VendorError('the answer was lost', { outcomeUnknown: true }))
    exchange.move(25)
    await runTimers(exchange)
    await exchange.carry()
    t.ok(asked(exchange).filter(command => command === 'hangup').length >= 2, 'and is done')
    t.notOk(
      (await exchange.trail()).some(({ event }) => event === 'commandFailed'),
      'nothing was given up',
    )
  },
)
