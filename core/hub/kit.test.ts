import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { makeKit } from './kit.ts'
import { silentLog } from './log.ts'

t.test('a part whose vendor does not answer leaves it alone as soon, and for as long, as the part says', async t => {
  const knocks: string[] = []
  const server = createServer((request, response) => {
    knocks.push(request.url ?? '')
    response.socket?.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = { log: silentLog(), now: () => new Date(), signal: new AbortController().signal }
  const { http } = makeKit('phone', settings, { hosts: [host], breaker: { failures: 2, pauseMs: 60_000 } })
  const trouble = (): Promise<unknown> =>
    http.send({ url: new URL(`http://${host}/`), method: 'POST' }).catch((error: unknown) => error)
  t.match(await trouble(), { outcomeUnknown: true })
  t.match(await trouble(), { outcomeUnknown: true })
  t.match(await trouble(), { message: /has not been answering/, retryAfterMs: 60_000, outcomeUnknown: false })
  t.equal(knocks.length, 2)
})
