import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { started } from './test-hub.ts'

test('several sockets listen on the port, so that more who knock at once find a place', async t => {
  const gateway = await started(t)
  const { port } = new URL((await gateway.ticket(gateway.staff.sam.id)).url)
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => null)
  if (table === null) return t.pass('only Linux tells who listens')
  const address = `0100007F:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`
  const listening = table.split('\n').filter(line => line.includes(` ${address} 00000000:0000 0A `))
  t.ok(listening.length > 1, `${listening.length} listen`)
})

test('a port that is taken is said with what to do', async t => {
  const gateway = await started(t)
  const { port } = new URL((await gateway.ticket(gateway.staff.sam.id)).url)
  await t.rejects(started(t, { options: { port: Number(port) } }), { code: 'bad_option', message: /GATEWAY_PORT/ })
})
