import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command, newId, z } from '@switchboard/core'
import { test } from 'tap'
import { countedData, uncountedData } from './protocol.ts'
import { at, started, until } from './test-hub.ts'

const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8')

type Example = new (...names: string[]) => (getTicket: unknown, WebSocket: unknown, console: unknown) => Promise<void>
const AsyncFunction = (async () => undefined).constructor as Example

test('the example of the README shows who calls and answers', async t => {
  const answered: string[] = []
  const answer = command({
    name: 'call.answer',
    summary: 'Answers',
    access: 'agent',
    input: z.object({ callId: z.string() }),
    handle: async (_staffId, { callId }) => ({ count: answered.push(callId) }),
  })
  const gateway = await started(t, { commands: [answer] })
  const { sam } = gateway.staff
  const code = /```js\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const said: unknown[][] = []
  const sockets: WebSocket[] = []
  class Kept extends WebSocket {
    constructor(url: string) {
      super(url)
      sockets.push(this)
    }
  }
  const console = { log: (...words: unknown[]) => said.push(words) }
  await new AsyncFunction('getTicket', 'WebSocket', 'console', code)(() => gateway.ticket(sam.id), Kept, console)
  await until(() => gateway.clientsOf(sam.id) === 1)
  const callId = newId<'call'>()
  const legs = [{ staffId: sam.id, legId: newId<'leg'>() }]
  await gateway.publish('call.ringing', { callId, legs, from: '+61400000001', to: '+61700000000', at })
  await until(() => said.length === 2)
  t.same(said, [['+61400000001 is calling'], ['first', true, { count: 1 }]])
  t.same(answered, [callId])
  sockets[0]?.close()
})

test('the README names every frame', async t => {
  for (const type of Object.keys({ ...countedData, ...uncountedData })) t.ok(readme.includes(`\`${type}\``), type)
})
