import { mailerContract } from '@switchboard/test-contracts/mailer'
import { testKit } from '@switchboard/test-contracts/kit'
import t, { type Test } from 'tap'
import { smtp } from './smtp.ts'
import { mailServer } from './test-server.ts'

const from = 'Switchboard <hub@example.com>'

function mailerAt(t: Test, url: string, more: object = {}) {
  const adapter = smtp.create(
    smtp.options.parse({ url, from, ...more }),
    testKit('smtp', () => new Date()),
  )
  if (!adapter.mailer || !adapter.close) throw new Error('there is no port')
  t.teardown(adapter.close)
  return adapter.mailer
}

mailerContract(t, {
  name: 'smtp',
  start: async t => {
    const server = await mailServer(t)
    return { ...server, mailer: mailerAt(t, `smtp://127.0.0.1:${server.port}`) }
  },
})

const mail = { to: ['ops@example.com'], subject: 'it', text: 'it' }

t.test('who has a password tells it to nobody over a way that is not encrypted', async t => {
  const server = await mailServer(t, { password: 'open sesame' })
  const url = `smtp://hub:open%20sesame@127.0.0.1:${server.port}`
  await t.rejects(mailerAt(t, url).send(mail, 'k1'), { name: 'VendorError', retryable: true, message: /STARTTLS|TLS/i })
  await mailerAt(t, url, { requireTls: false }).send(mail, 'k2')
  t.equal(server.received.length, 1)
  const wrong = mailerAt(t, url.replace('sesame', 'barley'), { requireTls: false })
  await t.rejects(wrong.send(mail, 'k3'), { name: 'VendorError', retryable: true }, 'a password can be set right')
})

t.test('settings that cannot work are told', async t => {
  const isRight = (given: object): boolean =>
    smtp.options.safeParse({ url: 'smtp://mail.example.com', from: 'hub@example.com', ...given }).success
  t.ok(isRight({}))
  t.ok(isRight({ from, url: 'smtps://user:secret@mail.example.com:465' }))
  t.notOk(isRight({ url: 'https://mail.example.com' }))
  t.notOk(isRight({ from: 'nobody' }))
  t.notOk(isRight({ from: 'a@b.example\nBcc: c@d.example' }))
})
