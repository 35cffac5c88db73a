import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { ReceivedMail } from '@switchboard/test-contracts/mailer'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail server on loopback that keeps what it gets. */
export interface TestMailServer {
  port: number
  received: ReceivedMail[]
  refuse(how: 'later' | 'never' | null): void
  stop(): Promise<void>
}

/** Starts a mail server; it ends with the test. `password`: who knows it may send. Default: anybody may. */
export async function mailServer(
  t: { teardown(end: () => unknown): void },
  { password }: { password?: string } = {},
): Promise<TestMailServer> {
  const received: ReceivedMail[] = []
  let refusal: 'later' | 'never' | null = null
  const take = async (stream: Readable, to: string[]): Promise<void> => {
    const { subject = '', text = '', messageId = '' } = await PostalMime.parse(await buffer(stream))
    if (refusal) throw Object.assign(new Error('not now'), { responseCode: refusal === 'later' ? 451 : 550 })
    received.push({ to, subject, text, messageId })
  }
  const server = new SMTPServer({
    disabledCommands: password === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: password === undefined,
    logger: false,
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: auth.username }) : done(new Error('wrong password')),
    onData: (stream, session, answer) => {
      const to = session.envelope.rcptTo.map(({ address }) => address)
      void take(stream, to).then(() => answer(), answer)
    },
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => (stopped ??= new Promise<void>(resolve => server.close(() => resolve())))
  t.teardown(stop)
  const { port } = server.server.address() as AddressInfo
  return { port, received, refuse: how => void (refusal = how), stop }
}
