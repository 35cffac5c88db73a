import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { command, HubError, newId, z } from '@switchboard/core'
import { test, type Test } from 'tap'
import * as client from './client.ts'
import { connectGateway, type GatewayClient } from './client.ts'
import { countedData, uncountedData } from './protocol.ts'
import { at, started, until, type TestGateway } from './test-hub.ts'

const read = (path: string): Promise<string> => readFile(join(import.meta.dirname, path), 'utf8')
const readme = await read('README.md')
const clientReadme = await read('client/README.md')

type Example = new (...names: string[]) => (given: unknown, console: unknown) => Promise<void>
const AsyncFunction = (async () => undefined).constructor as Example

test('the example of the client’s README shows who calls and answers', async t => {
  const answered: string[] = []
  const answer = command({
    name: 'call.answer',
    summary: 'Answers',
    access: 'agent',
    input: z.object({ callId: z.string() }),
    handle: async (_staffId, { callId }) => {
      if (answered.push(callId) > 1) throw new HubError('answered_elsewhere', 'Robin was quicker')
      return { callId, legId: 'leg' }
    },
  })
  const gateway = await started(t, { commands: [answer] })
  const { sam } = gateway.staff
  const url = await front(t, gateway)
  const said: unknown[] = []
  const clients: GatewayClient[] = []
  const connect: typeof connectGateway = settings => {
    const client = connectGateway(settings)
    clients.push(client)
    return client
  }
  t.teardown(() => clients.forEach(client => client.close()))
  const given = { ...client, connectGateway: connect, url, email: sam.email, password: 'p' }
  const console = { log: (words: unknown) => said.push(words) }
  const [, names = '', code = ''] =
    /```js\nimport \{([^}]*)\} from '@switchboard\/gateway\/client'\n([^]*?)```/.exec(clientReadme) ?? []
  t.ok(code.trim().split('\n').length <= 20, 'in 20 lines')
  await new AsyncFunction('given', 'console', `const { ${names}, url, email, password } = given\n${code}`)(
    given,
    console,
  )
  t.equal(gateway.presenceOf(sam.id), 'available')
  const legs = [{ staffId: sam.id, legId: newId<'leg'>() }]
  const calls = [newId<'call'>(), newId<'call'>()]
  for (const callId of calls)
    await gateway.publish('call.ringing', { callId, legs, from: '+61400000001', to: '+61700000000', at })
  await until(() => said.includes('answered_elsewhere'))
  t.same(answered, calls)
  const rings = said.filter(words => words === '+61400000001 is calling')
  t.equal(rings.length, 2)
  t.same(said.slice(0, 2), ['live', 'here as Sam'])
})

/** The HTTP side of a hub, as far as a client needs it. */
async function front(t: Test, gateway: TestGateway): Promise<string> {
  const server = createServer((request, response) => {
    const isTicket = request.url === '/api/gateway/ticket'
    const answer = isTicket
      ? gateway.ticket(gateway.staff.sam.id)
      : Promise.resolve({ accessToken: 'a', refreshToken: 'r' })
    void answer.then(said => response.writeHead(201).end(JSON.stringify(said)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the README names every frame', async t => {
  for (const type of Object.keys({ ...countedData, ...uncountedData })) t.ok(readme.includes(`\`${type}\``), type)
})
