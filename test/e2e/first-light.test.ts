import t from 'tap'
import { hubCommand, password, startHubProcess } from './hub-process.ts'
import { ask, connectPhone, signIn } from './phone.ts'

interface Card {
  displayName: string | null
  confidence: number
  reasons: string[]
  orders: { number: string; placedAt: string; total: { amount: string; currency: string } | null }[]
  bookings: { when: string; startsAt: string }[]
}

interface CallView {
  state: string
  trail: { from: string; to: string; because: string }[]
}

interface SimulatedLegs {
  calls: { direction: string; status: string; silenceMs: number; heard: { what: string }[] }[]
}

async function until<T>(look: () => Promise<T>, is: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look()
    if (is(seen)) return seen
    await new Promise(wake => setTimeout(wake, 50))
  }
}

t.test(
  'a call rings and the right card appears, from npm start to the end of the call',
  { timeout: 280_000 },
  async t => {
    const dataDir = t.testdir()
    const variables = { DATA_DIR: dataDir }
    const hub = await startHubProcess(variables)
    t.teardown(() => hub.end('SIGKILL'))
    const simulator = hub.simulators['twilio'] ?? ''
    const token = await signIn(hub.url, 'alex@demo.example', password)

    await t.test(
      'the person who is rung sees who is calling, with the last three orders and the next appointment',
      async t => {
        const alex = await connectPhone(hub.url, token)
        const sam = await connectPhone(hub.url, await signIn(hub.url, 'sam@demo.example', password))
        await sam.send('presence.set', { presence: 'dnd' })
        await fetch(`${simulator}/simulator/calls`, { method: 'POST', body: '{}' })
        const ring = await alex.heard(({ type }) => type === 'call.ringing')
        const { call, caller } = ring.data as { call: { id: string }; caller: Card }
        t.equal(caller.displayName, 'Sarah Whitlock')
        t.ok(caller.confidence > 0.9)
        t.ok(caller.reasons.length > 0)
        t.equal(caller.orders.length, 3)
        const placed = caller.orders.map(({ placedAt }) => placedAt)
        t.same(placed, placed.toSorted().toReversed(), 'newest first')
        t.match(caller.orders[0]?.total, { amount: /^\d+\.\d\d$/, currency: 'AUD' })
        const next = caller.bookings.find(({ when }) => when === 'next')
        t.ok(next && new Date(next.startsAt) > new Date(), 'the next appointment is to come')

        t.match(await alex.send('call.answer', { callId: call.id }), { ok: true })
        await alex.state('AllInConference')
        t.notOk(
          sam.frames.some(({ type }) => type === 'call.ringing'),
          'who is not rung hears no ring',
        )
        t.match(await alex.send('call.hangup', { callId: call.id }), { ok: true })
        await alex.state('Hungup')
        const { trail } = await ask<CallView>(hub.url, `/api/calls/${call.id}`, token)
        const states = trail.filter(({ from, to }) => from !== to).map(({ to }) => to)
        t.same(states, [
          'FindingStaff',
          'DialingStaff',
          'StaffJoined',
          'AddingCallerToConference',
          'AllInConference',
          'Hungup',
        ])
        t.ok(
          trail.every(({ because }) => because.length > 0),
          'every step says why',
        )
        alex.close()
        sam.close()
      },
    )

    await t.test('with nobody there the caller reaches voicemail, and is never alone in silence', async t => {
      const onDuty = () => ask<{ items: { isConnected: boolean }[] }>(hub.url, '/api/staff', token)
      await until(onDuty, ({ items }) => items.every(({ isConnected }) => !isConnected))
      await fetch(`${simulator}/simulator/calls`, { method: 'POST', body: JSON.stringify({ leaveMessageMs: 300 }) })
      const calls = () => ask<{ items: CallView[] }>(hub.url, '/api/calls?limit=5', token)
      const ended = await until(calls, ({ items }) => items.length === 2 && items[0]?.state === 'Hungup')
      t.match(ended.items[0], { outcome: 'voicemail' })
      const legs = (await (await fetch(`${simulator}/simulator/calls`)).json()) as SimulatedLegs
      t.ok(
        legs.calls.every(({ silenceMs }) => silenceMs < 5_000),
        'nobody heard five seconds of silence',
      )
    })

    await t.test('the commands beside the hub work: check, inbox, jobs', async t => {
      t.match(await hubCommand(variables, ['check']), { code: 0, stdout: /calls.*on/ })
      t.match(await hubCommand(variables, ['inbox', 'list']), { code: 0, stdout: /twilio\/status/ })
      t.match(await hubCommand(variables, ['jobs', 'run', 'ClientSync']), { code: 0, stdout: /ClientSync will run/ })
      t.match(await hubCommand(variables, ['jobs', 'run', 'Nothing']), { code: 1, stderr: /Nothing was not found/ })
      t.match(await hubCommand(variables, ['jobs', 'pause', 'ClientSync']), { code: 0, stdout: /is paused/ })
      const list = await hubCommand(variables, ['jobs', 'list'])
      t.match(list, { code: 0, stdout: /^ClientSync +5 minutes +(paused|running)[^]*ClientSync: paused by/m })
      t.match(
        list,
        { stdout: /^FrontEvents +5 minutes +off +never +never$/m },
        'a chore nobody asked for is off in a demo',
      )
      t.match(await hubCommand(variables, ['jobs', 'resume', 'ClientSync']), { code: 0, stdout: /goes on/ })
      const history = await hubCommand(variables, ['jobs', 'history', 'ClientSync'])
      t.match(history, { code: 0, stdout: /^\S+Z +\d+\.\d s +(hand|schedule) +(succeeded|running)/m })
    })

    await t.test('told to stop, the hub ends with 0', async t => {
      t.equal(await hub.end('SIGTERM'), 0)
    })
  },
)
