import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { generate } from 'selfsigned'
import { test } from 'tap'
import { started } from './test-hub.ts'

/** The status line of an upgrade over TLS, from a peer that trusts this certificate only. */
async function upgradeOverTls(url: string, ca: string): Promise<string> {
  const { port } = new URL(url)
  const socket = connect({ host: '127.0.0.1', port: Number(port), ca, servername: 'localhost' })
  await once(socket, 'secureConnect')
  const lines = ['host: localhost', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13']
  socket.write(`GET /gateway HTTP/1.1\r\n${lines.join('\r\n')}\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return bytes.toString().split('\r\n')[0] ?? ''
}

test('with a certificate and its key it speaks TLS itself', async t => {
  const dir = t.testdir()
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }])
  const tls = { certFile: join(dir, 'cert.pem'), keyFile: join(dir, 'key.pem') }
  writeFileSync(tls.certFile, cert)
  writeFileSync(tls.keyFile, key)
  const gateway = await started(t, { options: { tls } })
  const { url } = await gateway.ticket(gateway.staff.sam.id)
  t.match(url, /^wss:/)
  t.match(await upgradeOverTls(url, cert), /101/)
})

test('a certificate that is not there, or no certificate, is said before anybody connects', async t => {
  const dir = t.testdir({ 'cert.pem': 'no certificate', 'key.pem': 'no key' })
  const tls = (certFile: string) => ({ certFile: join(dir, certFile), keyFile: join(dir, 'key.pem') })
  await t.rejects(started(t, { options: { tls: tls('missing.pem') } }), {
    code: 'bad_option',
    message: /plugins\.gateway\.tls\.certFile: .*missing\.pem cannot be read/,
  })
  await t.rejects(started(t, { options: { tls: tls('cert.pem') } }), { code: 'bad_option', message: /gateway\.tls: / })
})
