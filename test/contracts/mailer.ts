import { setTimeout as pause } from 'node:timers/promises'
import type { Mail, MailerPort } from '@switchboard/core'
import type { Test } from 'tap'

/** A mail as whoever got it sees it. */
export interface ReceivedMail {
  /** Everybody it was carried to. */
  to: string[]
  subject: string
  text: string
  messageId: string
}

/** A mail server of a test. */
export interface MailerRig {
  mailer: MailerPort
  /** Everything that came, oldest first. */
  received: ReceivedMail[]
  /** What becomes of the next mails: `later` asks to come again, `never` refuses for good. Default: taken. */
  refuse(how: 'later' | 'never' | null): void
  /** The server is not there any more. */
  stop(): Promise<void>
}

/** Every implementation of `MailerPort` passes this suite. */
export function mailerContract(t: Test, { name, start }: { name: string; start(t: Test): Promise<MailerRig> }): void {
  for (const [behaviour, check] of Object.entries(checks))
    t.test(`${name}: ${behaviour}`, async t => check(t, await start(t)))
}

const mail: Mail = { to: ['ops@example.com'], subject: 'Alert: it', text: 'Look.\n' }

const checks: Readonly<Record<string, (t: Test, rig: MailerRig) => Promise<void>>> = {
  'a mail arrives as it was written, at everybody it is for': async (t, { mailer, received }) => {
    const to = ['ops@example.com', 'boss@example.org']
    const subject = `Überlauf – ${'sehr '.repeat(30)}lang 🦘`
    const text = '.first line\n\n..\n.\nFrom here é 🦘 =3D\n' + 'long '.repeat(300) + '\nend\n'
    await mailer.send({ to, subject, text }, 'k1')
    await until(() => received.length === 1)
    t.same(received[0]?.to.sort(), to.sort())
    t.equal(received[0]?.subject, subject)
    t.equal(received[0]?.text.trimEnd(), text.trimEnd())
  },

  'a subject cannot add headers or recipients': async (t, { mailer, received }) => {
    await mailer.send({ ...mail, subject: 'a\r\nBcc: evil@example.net\r\n\r\nbody' }, 'k1')
    await until(() => received.length === 1)
    t.same(received[0]?.to, mail.to)
    t.match(received[0]?.subject, /^a\s+Bcc: evil/)
    t.equal(received[0]?.text.trim(), 'Look.')
  },

  'the same key is the same message, another is another': async (t, { mailer, received }) => {
    for (const key of ['one', 'one', 'two/é']) await mailer.send(mail, key)
    await until(() => received.length === 3)
    const [first, again, other] = received.map(({ messageId }) => messageId)
    t.equal(first, again)
    t.not(first, other)
    t.match(other, /^<[\x21-\x7e]+@[\w.-]+>$/)
  },

  'a server that asks to come again is tried again; one that refuses is not': async (
    t,
    { mailer, received, refuse },
  ) => {
    refuse('later')
    await t.rejects(mailer.send(mail, 'k1'), { name: 'VendorError', retryable: true })
    refuse('never')
    await t.rejects(mailer.send(mail, 'k2'), { name: 'VendorError', retryable: false })
    refuse(null)
    await mailer.send(mail, 'k3')
    await until(() => received.length === 1)
    t.match(received[0]?.messageId, /k3/)
  },

  'a server that is not there is tried again': async (t, { mailer, stop }) => {
    await stop()
    await t.rejects(mailer.send(mail, 'k1'), { name: 'VendorError', retryable: true })
  },
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10)
}
