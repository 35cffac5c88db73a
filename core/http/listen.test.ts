import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { HubError } from '../model/errors.ts'
import { listen, type Listening } from './listen.ts'

async function opened(t: Test): Promise<Listening> {
  const door = await listen(0, '127.0.0.1')
  t.teardown(() => door.close())
  return door
}

t.test('until something is served the door says that the hub is starting', async t => {
  const { url, port } = await opened(t)
  t.equal(url, `http://127.0.0.1:${port}`)
  const health = await fetch(`${url}/health`)
  t.equal(health.status, 503)
  t.match(await health.json(), { status: 'starting', reasons: [/./] })
  t.equal((await fetch(`${url}/health/live`)).status, 200)
  const hook = await fetch(`${url}/webhooks/shop/orders`, {
    method: 'POST',
    body: 'x',
    headers: { 'x-request-id': 'request-1' },
  })
  t.equal(hook.status, 503)
  t.equal(hook.headers.get('x-request-id'), 'request-1')
  t.ok(hook.headers.get('retry-after'))
  t.match(await hook.json(), { code: 'unavailable', requestId: 'request-1' })
})

t.test('from then on requests go to what is served', async t => {
  const door = await opened(t)
  door.serve((_, response) => response.end('served'))
  t.equal(await (await fetch(door.url)).text(), 'served')
})

t.test('a port that is taken is named, with what to do', async t => {
  const { port } = await opened(t)
  const error = await listen(port, '127.0.0.1').catch((thrown: unknown) => thrown)
  t.type(error, HubError)
  t.match(error, { message: new RegExp(`port ${port} is taken.*PORT=0 picks a free one`), at: 'PORT' })
})

t.test('an idle connection outlives a load balancer’s own patience', async t => {
  const { url } = await opened(t)
  const response = await fetch(`${url}/health/live`)
  t.equal(response.headers.get('keep-alive'), 'timeout=65')
})

/** A request on a connection that is kept alive. */
function ask(url: string, agent: Agent): Promise<IncomingMessage & { text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, async response => {
      const chunks = await response.toArray()
      resolve(Object.assign(response, { text: Buffer.concat(chunks).toString() }))
    }).on('error', reject)
  })
}

t.test('draining finishes what is under way, ends its connection, and takes nothing new', async t => {
  const door = await opened(t)
  let finish = (): void => {}
  const begun = new Promise<void>(begin => {
    door.serve((request, response) => {
      if (request.url === '/quick') return void response.end('quick')
      finish = () => response.end('slow, but whole')
      begin()
    })
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })
  t.teardown(() => agent.destroy())
  await ask(`${door.url}/quick`, agent)
  const slow = ask(`${door.url}/slow`, agent)
  await begun
  let isDrained = false
  const drained = door.drain().then(() => (isDrained = true))
  const late = connect(door.port, '127.0.0.1')
  await t.rejects(once(late, 'connect'), { code: 'ECONNREFUSED' })
  t.equal(isDrained, false)
  finish()
  t.match(await slow, { text: 'slow, but whole', headers: { connection: 'close' } })
  await drained
  t.equal(isDrained, true)
})

t.test('an answer that had begun before draining also ends its connection', async t => {
  const door = await opened(t)
  let finish = (): void => {}
  const begun = new Promise<void>(begin => {
    door.serve((_, response) => {
      response.write('half and ')
      finish = () => response.end('half')
      begin()
    })
  })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const asking = ask(door.url, agent)
  await begun
  const drained = door.drain()
  finish()
  t.equal((await asking).text, 'half and half')
  await drained
})

t.test('a crowd is let in within few turns', { skip: process.platform !== 'linux' }, async t => {
  const door = await opened(t)
  let turns = 0
  let heard = 0
  door.serve((_, response) => void (heard++, response.end()))
  const crowd = 120
  const sockets = Array.from({ length: crowd }, () => connect(door.port, '127.0.0.1'))
  t.teardown(() => sockets.forEach(socket => socket.destroy()))
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nhost: hub\r\n\r\n')
  while (heard === 0) await new Promise(setImmediate)
  for (; heard < crowd; turns++) await new Promise(setImmediate)
  t.ok(turns < crowd / 2, `${turns} turns`)
})

t.test('closing does not wait for anybody', async t => {
  const door = await listen(0, '127.0.0.1')
  door.serve(() => {})
  const asking = fetch(door.url).catch(() => 'cut')
  await new Promise(resolve => setTimeout(resolve, 20))
  await door.close()
  t.equal(await asking, 'cut')
})
