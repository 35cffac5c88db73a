import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import { delivererOf, type Delivery } from './deliver.ts'
import { faultsOf } from './faults.ts'

test('a webhook is sent until it is answered with 2xx, and given up after the last pause', async t => {
  const hub = await listener(t, [500, 302, 200])
  const deliverer = delivererOf(faultsOf(1))
  t.strictSame(await deliverer.send(hub.delivery('a')), { attempts: 3, status: 200 })
  t.strictSame(hub.bodies, ['a 1', 'a 2', 'a 3'])
  const deaf = await listener(t, Array<number>(9).fill(500))
  t.strictSame(await deliverer.send(deaf.delivery('b')), { attempts: 4, status: 500 })
})

test('an answer can end the retries', async t => {
  const hub = await listener(t, [410])
  const deliverer = delivererOf(faultsOf(1), undefined, status => status === 410)
  t.strictSame(await deliverer.send(hub.delivery('a')), { attempts: 1, status: 410 })
})

test('faults drop, double, reorder and silence webhooks', async t => {
  const hub = await listener(t)
  const faults = faultsOf(1)
  const deliverer = delivererOf(faults)
  faults.force('drop')
  t.strictSame(await deliverer.send(hub.delivery('dropped')), { attempts: 0, status: null })
  faults.force('duplicate')
  t.strictSame(await deliverer.send(hub.delivery('twice')), { attempts: 2, status: 200 })
  faults.force('reorder')
  await Promise.all([deliverer.send(hub.delivery('first')), deliverer.send(hub.delivery('second'))])
  t.strictSame(hub.bodies, ['twice 1', 'twice 1', 'second 1', 'first 1'])
  faults.set({ silentWebhook: 1 })
  t.strictSame(await deliverer.send(hub.delivery('unheard')), { attempts: 0, status: null })
})

test('a held-back webhook that nothing overtakes is sent all the same', async t => {
  const hub = await listener(t)
  const faults = faultsOf(1, { delayMs: 5 })
  faults.force('reorder')
  t.strictSame(await delivererOf(faults).send(hub.delivery('alone')), { attempts: 1, status: 200 })
})

test('closing gives up what is still to be retried', async t => {
  const deliverer = delivererOf(faultsOf(1))
  const sending = deliverer.send({ ...nowhere, retryDelaysMs: [3_600_000] })
  setTimeout(() => void deliverer.close(), 20)
  t.match(await sending, { status: null })
})

const nowhere: Delivery = {
  ...{ url: 'http://127.0.0.1:9/', timeoutMs: 1000, retryDelaysMs: [] },
  attempt: () => ({ headers: {}, body: '' }),
}

async function listener(
  t: { teardown(end: () => unknown): void },
  statuses: number[] = [],
): Promise<{ bodies: string[]; delivery(name: string): Delivery }> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    bodies.push(body)
    response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const delivery = (name: string): Delivery => ({
    ...{ url, timeoutMs: 1000, retryDelaysMs: [1, 1, 1] },
    attempt: number => ({ headers: {}, body: `${name} ${number}` }),
  })
  return { bodies, delivery }
}
