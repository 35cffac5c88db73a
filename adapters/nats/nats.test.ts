import { eventsContract, hintsContract } from '@switchboard/test-contracts/events-fanout'
import { testKit } from '@switchboard/test-contracts/kit'
import { programPath } from '@switchboard/test-contracts/server'
import { newId } from '@switchboard/core'
import t, { type Test } from 'tap'
import { nats } from './nats.ts'
import { testNats } from './test-nats.ts'

const path = await programPath('nats-server')

/** A NATS with JetStream of its own, and hubs on it. */
async function place(t: Test, program: string) {
  const server = await testNats(t, program)
  const { url } = server
  const hub = () => {
    const options = nats.options.parse({ url, handSeconds: 1, firstRetrySeconds: 0.005 })
    const kit = testKit('nats', () => new Date())
    const adapter = nats.create(options, kit)
    const { events, close } = adapter
    if (!events?.hints || !close) throw new Error('there is no port')
    t.teardown(close)
    return { events, hints: events.hints, kill: close, kit }
  }
  const restart = async (): Promise<void> => {
    await server.stop()
    await server.start()
  }
  return { hub, restart, server }
}

if (path === null)
  t.test('NATS', { skip: 'nats-server is not installed: apt-get install nats-server' }, () => undefined)
else {
  eventsContract(t, { name: 'JetStream', start: t => place(t, path) })
  hintsContract(t, {
    name: 'NATS',
    start: async t => {
      const { hub, restart } = await place(t, path)
      return { hints: () => hub().hints, cut: restart }
    },
  })

  t.test(
    'while NATS is away, publishing is refused so that it is tried again, and closing waits for nobody',
    async t => {
      const { hub, server } = await place(t, path)
      await server.stop()
      const { events, kill } = hub()
      const event = { id: newId(), name: 'call.state', key: 'c1', data: {}, at: new Date() }
      await t.rejects(events.publish([event]), { name: 'VendorError', retryable: true })
      await t.rejects(
        events.consume('desk', async () => undefined),
        { name: 'VendorError', retryable: true },
      )
      await kill()
    },
  )
}

t.test('settings that cannot work are told', async t => {
  const isRight = (given: object): boolean => nats.options.safeParse({ url: 'nats://127.0.0.1:4222', ...given }).success
  t.ok(isRight({}))
  t.ok(isRight({ url: 'tls://a:4222,tls://b:4222', token: 'x', stream: 'shop-2' }))
  t.notOk(isRight({ url: 'http://127.0.0.1' }))
  t.notOk(isRight({ stream: 'a.b' }))
  t.notOk(isRight({ replicas: 0 }))
})
