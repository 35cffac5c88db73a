import { setTimeout as pause } from 'node:timers/promises'
import { definePlugin, newId, z, type Hub, type Role, type StaffId } from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { smtp } from '@switchboard/smtp'
import { mailServer, type TestMailServer } from '@switchboard/smtp/test-server'
import { alertsContract } from '@switchboard/test-contracts/alerts'
import { receiver } from '@switchboard/test-contracts/receiver'
import { testDatabase } from '@switchboard/test-postgres'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { alerts } from './alerts.ts'

const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const manager = newId<'staff'>()

/** Lets everybody in, and knows one manager. */
const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth', 'roster'] },
  setup: () => ({
    ports: {
      auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: 'Robin' }) },
      roster: {
        find: async (_tx: unknown, who: { id?: StaffId }) => ({
          ...{ id: who.id ?? manager, email: '', name: '', isActive: true },
          role: who.id === manager ? 'manager' : 'agent',
        }),
      } as never,
    },
  }),
})

interface Scene {
  hub: RunningHub
  inside: Hub
  /** What other plugins heard as `alert.told`. */
  told: { news: string; part: string; key: string }[]
  raise(key: string, message?: string): Promise<void>
  clear(key: string): Promise<void>
  pass(minutes: number): void
  /** Waits until everything that was said was heard. */
  quiet(): Promise<void>
  list(query?: string): Promise<{ key: string; clearedAt: string | null; message: string }[]>
}

async function started(t: Test, options: object, mail?: TestMailServer, url?: string): Promise<Scene> {
  const found: { hub?: Hub } = {}
  const told: Scene['told'] = []
  const clock = { aheadMs: 0 }
  const probe = definePlugin({
    ...{ name: 'probe', options: z.object({}), wants: ['alerts'] },
    setup: hub => {
      found.hub = hub
      return { on: { 'alert.told': async (_tx, { data }) => void told.push(data as Scene['told'][number]) } }
    },
  })
  const smtpOptions = { url: `smtp://127.0.0.1:${mail?.port ?? 1}`, from: 'hub@example.com' }
  const hub = await startHub({
    adapters: mail ? { smtp: { use: smtp, options: smtpOptions } } : {},
    plugins: { door: { use: door }, alerts: { use: alerts, options }, probe: { use: probe } },
    ...{ databaseUrl: url ?? (await testDatabase(t)).url, dataDir: t.testdir(), log: silentLog() },
    now: () => new Date(Date.now() + clock.aheadMs),
  })
  t.teardown(() => hub.close())
  const inside = found.hub
  const port = inside?.wanted('alerts')
  if (!inside || !port) throw new Error('there is no port')
  return {
    ...{ hub, inside, told },
    raise: (key, message = `${key} is broken: mend it`) =>
      hub.store.transact(tx => port.raise(tx, { part: 'front', key, message })),
    clear: key => hub.store.transact(tx => port.clear(tx, { part: 'front', key })),
    pass: minutes => void (clock.aheadMs += minutes * 60_000),
    quiet: () =>
      until(async () => (await hub.store.read(tx => tx.sql`select 1 from outbox where done_at is null`)).length === 0),
    list: async (query = '') => {
      const answer = await fetch(`${hub.url}/api/alerts${query}`, { headers: { authorization: 'Bearer viewer' } })
      return ((await answer.json()) as { items: { key: string; clearedAt: string | null; message: string }[] }).items
    },
  }
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await pause(10)
}

alertsContract(t, {
  name: 'alerts',
  start: async t => {
    const { hub, inside, told, quiet, pass } = await started(t, {})
    const alerts = inside.wanted('alerts')
    if (!alerts) throw new Error('there is no port')
    const calm = async (): Promise<void> => {
      await quiet()
      pass(20)
      await until(async () => {
        const due = await hub.store.read(tx => tx.sql`select 1 from alert_told where state = 'calming'`)
        return due.length === 0
      })
      await quiet()
    }
    return {
      ...{ alerts, store: hub.store, quiet, calm },
      told: () => told.map(({ news, part, key }) => `${news} ${part} ${key}`),
    }
  },
})

t.test('an alert is mailed once when it begins and once when it is over, whatever happens in between', async t => {
  const mail = await mailServer(t)
  const { told, raise, clear, pass, quiet } = await started(t, { email: { to: 'ops@example.com' } }, mail)
  await raise('webhook')
  await until(() => mail.received.length === 1)
  t.match(mail.received[0], { to: ['ops@example.com'], subject: 'Alert: front: webhook is broken: mend it' })
  t.match(mail.received[0]?.text, /webhook is broken: mend it/)
  for (let times = 0; times < 3; times++) await raise('webhook')
  await clear('webhook')
  await raise('webhook')
  await clear('webhook')
  await quiet()
  t.equal(mail.received.length, 1)
  pass(20)
  await until(() => mail.received.length === 2)
  t.match(mail.received[1], { subject: /^Over: front: webhook is broken/, text: /is over/ })
  await until(() => told.length === 2)
  t.same(
    told.map(({ news }) => news),
    ['raised', 'resolved'],
  )
})

t.test('alerts of different keys are told each', async t => {
  const mail = await mailServer(t)
  const { raise } = await started(t, { email: { to: ['ops@example.com', 'boss@example.com'] } }, mail)
  await raise('one')
  await raise('two')
  await until(() => mail.received.length === 2)
  t.same(mail.received.map(({ subject }) => /front: (\w+)/.exec(subject)?.[1]).sort(), ['one', 'two'])
  t.same(mail.received[0]?.to, ['ops@example.com', 'boss@example.com'])
})

t.test('webhooks are signed as the Standard Webhooks say, repeated under one id, and in order', async t => {
  const one = await receiver(t, () => new Date())
  one.answerWith(500)
  const { raise, clear } = await started(t, {
    webhooks: { pager: { url: one.publicUrl, secret } },
    calmMinutes: 0,
  })
  await raise('webhook')
  await until(() => one.requests.length === 1)
  await clear('webhook')
  await until(() => one.requests.length === 3)
  const read = one.requests.map(({ body, headers }) => new Webhook(secret).verify(body.toString(), headers))
  t.match(read, [
    { type: 'alert.raised', data: { part: 'front', key: 'webhook', message: 'webhook is broken: mend it' } },
    { type: 'alert.raised' },
    { type: 'alert.resolved', data: { part: 'front', key: 'webhook' } },
  ])
  t.equal(new Set(one.requests.map(({ headers }) => headers['webhook-id'])).size, 2)
})

t.test('a mail server that is away keeps nobody else from hearing, and gets the mail when it is back', async t => {
  const mail = await mailServer(t)
  mail.refuse('later')
  const one = await receiver(t, () => new Date())
  const options = { email: { to: 'ops@example.com' }, webhooks: { pager: { url: one.publicUrl, secret } } }
  const { raise, told } = await started(t, options, mail)
  await raise('webhook')
  await until(() => one.requests.length === 1 && told.length === 1)
  t.equal(mail.received.length, 0)
  mail.refuse(null)
  await until(() => mail.received.length === 1)
})

t.test('two hubs tell an alert once', async t => {
  const mail = await mailServer(t)
  const { url } = await testDatabase(t)
  const options = { email: { to: 'ops@example.com' }, calmMinutes: 0 }
  const [one, two] = [await started(t, options, mail, url), await started(t, options, mail, url)]
  await Promise.all([one.raise('a'), two.raise('a'), one.raise('b'), two.raise('b')])
  await until(() => mail.received.length === 2)
  await Promise.all([one.clear('a'), two.clear('b')])
  await until(() => mail.received.length >= 4)
  await one.quiet()
  t.same(mail.received.map(({ subject }) => subject.slice(0, 5)).sort(), ['Alert', 'Alert', 'Over:', 'Over:'])
})

t.test('an alert that was raised while nobody told is told at the next start', async t => {
  const mail = await mailServer(t)
  const { url } = await testDatabase(t)
  const first = await started(t, {}, mail, url)
  await first.hub.store.transact(
    tx =>
      tx.sql`insert into alert (part, key, message, raised_at, seen_at) values ('front', 'old', 'old', now(), now())`,
  )
  await first.hub.close()
  await started(t, { email: { to: 'ops@example.com' } }, mail, url)
  await until(() => mail.received.length === 1)
  t.match(mail.received[0]?.subject, /front: old/)
})

t.test('what stands, and what is over, can be read; managers see it when they connect, others do not', async t => {
  const { inside, raise, clear, list } = await started(t, {})
  await raise('a', 'first')
  await raise('a', 'second')
  await raise('b')
  await clear('b')
  t.match(await list(), [
    { part: 'front', key: 'a', message: 'second', clearedAt: null },
    { key: 'b', clearedAt: String },
  ])
  t.match(await list('?state=standing'), [{ key: 'a' }])
  t.match(await list('?state=over'), [{ key: 'b' }])
  const welcome = inside.welcomes().get('alerts')
  if (!welcome) throw new Error('there is no welcome')
  t.match(await inside.store.read(tx => welcome(tx, manager)), [{ key: 'a' }])
  t.same(await inside.store.read(tx => welcome(tx, newId<'staff'>())), [])
})

t.test('settings that cannot work are told', async t => {
  const isRight = (given: object): boolean => alerts.options.safeParse(given).success
  t.ok(isRight({}))
  t.ok(isRight({ email: { to: 'a@example.com' }, webhooks: { pager: { url: 'https://a.example', secret } } }))
  t.notOk(isRight({ email: { to: 'nobody' } }))
  t.notOk(isRight({ email: { to: [] } }))
  t.notOk(isRight({ webhooks: { pager: { url: 'https://a.example', secret: 'short' } } }))
})
