import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import type { Channel, HttpReply } from '@switchboard/core'
import { worldOf } from '@switchboard/test-simulators/world'
import { company } from './testing.ts'

test('Front finds us when its webhook is saved, and goes silent when it does not', async t => {
  const now = (): Date => new Date('2026-11-20T10:00:00Z')
  let reply: (headers: { [name: string]: string }, body: Buffer) => HttpReply | null = () => null
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    const answer = reply(message.headers as { [name: string]: string }, Buffer.concat(chunks))
    response.writeHead(answer?.status ?? 200, answer?.headers ?? {}).end(answer?.body ?? '')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const world = worldOf({ seed: 1, now: now(), people: 20 })
  const { adapter, vendor } = await company({ publicUrl, adapter: 'front', world, seed: 1, now })
  t.teardown(() => vendor.close())
  const app = adapter.channels['app'] as Channel

  t.equal(await vendor.connect(), false, 'nobody answered the challenge')
  t.strictSame(await vendor.hear().delivered, { attempts: 0, status: null }, 'and nothing is sent any more')
  reply = (headers, body) => {
    const request = {
      adapter: 'front',
      channel: 'app',
      method: 'POST',
      url: publicUrl,
      headers,
      body,
      receivedAt: now(),
    }
    app.verify(request)
    return app.greet?.(request) ?? null
  }
  t.equal(await vendor.connect(), true)
  t.strictSame(await vendor.hear().delivered, { attempts: 1, status: 200 })
})
