import t, { type Test } from 'tap'
import { OptionError } from '@switchboard/core'
import { planParts } from '@switchboard/core/hub'
import { parse } from 'yaml'
import { catalogue } from './parts.ts'
import { simulateCommand } from './commands/simulate.ts'
import { describeAlone, simulateAlone } from './simulate-alone.ts'
import { makeHappen, tell } from './simulate-event.ts'
import { controlsOf } from './simulator-controls.ts'
import { simulators } from './simulators.ts'
import { leaveHub, standIn, startCommand, type Asked } from './test-command.ts'

const silent = { info: () => undefined, warn: () => undefined }
const elsewhere = 'https://hub.example.com'

/** Vendors that say yes to everything, and the DATA_DIR of a hub that runs with them. */
async function vendors(t: Test, names: string[]) {
  const dataDir = t.testdir()
  const asked: Record<string, unknown> = {}
  const simulated: Record<string, string> = {}
  for (const name of names)
    simulated[name] = await standIn(t, ({ path, body }: Asked) => {
      asked[name] = [path, JSON.parse(body)]
      return { body: { id: '7', number: '#1', delivered: { attempts: 1, status: 200 } } }
    })
  await leaveHub(dataDir, elsewhere, simulated)
  return { asked, dataDir }
}

/** Runs `hub simulate …` in this process. @returns what it printed */
async function simulate(t: Test, dataDir: string, ...args: string[]): Promise<string> {
  process.env['DATA_DIR'] = dataDir
  const printed = t.capture(console, 'log')
  await simulateCommand().parseAsync(args, { from: 'user' })
  return printed()
    .map(({ args }) => String(args[0]))
    .join('\n')
}

t.test('rows and messages are made, changed and deleted at the vendor that has them', async t => {
  const names = ['shopify', 'salestools', 'simplybookme', 'appointjet', 'twilio', 'front']
  const { asked, dataDir } = await vendors(t, names)
  const run = (...args: string[]) => simulate(t, dataDir, ...args)
  const who = ['--first-name', 'Ada', '--last-name', 'Byron', '--email', 'ada@example.com', '--phone', '0491 570 006']
  t.match(
    await run('order', ...who),
    /^shopify: order #1 \(7\) made; its webhook was answered with 200\n.*inbox list\n.*--from "0491 570 006"$/,
  )
  t.match(await run('order', '--source', 'salestools'), /^salestools: order .* made;[^]*simulate call$/)
  t.match(await run('booking', '--id', '7', '--phone', '1'), /^simplybookme: booking .* changed;/)
  t.match(await run('appointment', '--id', '7', '--deleted'), /^appointjet: appointment .* deleted;/)
  t.match(await run('message', '--from', '+61491570006', '--text', 'hi'), /^twilio: message .* made;/)
  t.match(await run('message', '--source', 'front'), /^front: message/)
  t.same(asked, {
    shopify: [
      '/simulator/orders',
      { firstName: 'Ada', lastName: 'Byron', name: 'Ada Byron', email: 'ada@example.com', phone: '0491 570 006' },
    ],
    salestools: ['/simulator/orders', {}],
    simplybookme: ['/simulator/bookings', { id: '7', phone: '1' }],
    appointjet: ['/simulator/appointments', { id: '7', deleted: true }],
    twilio: ['/simulator/messages', { from: '+61491570006', text: 'hi', body: 'hi' }],
    front: ['/simulator/messages', {}],
  })
})

t.test('a vendor that is not simulated, and a row that nobody named, are told with what to do', async t => {
  const { dataDir } = await vendors(t, ['twilio', 'shopify'])
  const message = /does not simulate simplybookme; it simulates twilio, shopify/
  await t.rejects(simulate(t, dataDir, 'booking'), { message })
  const nameless = { constructor: OptionError, message: /--deleted: say which order with --id/ }
  await t.rejects(simulate(t, dataDir, 'order', '--deleted'), nameless)
})

t.test('what the vendor says against it, and what became of its webhook, is passed on', async t => {
  const answers = [503, 200]
  const publicUrl = await standIn(t, () => ({ status: answers.shift() ?? 200, body: {} }))
  const shop = await simulateAlone('shopify', { publicUrl }, silent)
  t.teardown(() => shop.close())
  const event = { what: 'order', source: 'shopify', path: '/simulator/orders', body: {}, url: shop.url }
  const told = tell(event, await makeHappen('', event))
  t.match(told, /^shopify: order #\d+ \(\d+\) made; its webhook was answered with 200 at try 2$/)
  shop.faults.set({ silentWebhook: 1 })
  t.match(tell(event, await makeHappen('', event)), /made; no webhook was sent: npm run hub -- sync shopify finds it$/)
  await t.rejects(makeHappen('', { ...event, body: { id: '1' } }), { message: /^shopify said 400: there is no \w+ 1$/ })
  const wrong = { ...event, what: 'booking', path: '/simulator/bookings' }
  await t.rejects(makeHappen('', wrong), { message: 'shopify knows no bookings: choose another --source' })
})

for (const vendor of Object.keys(simulators))
  t.test(`${vendor} alone: hub.yaml takes what it prints, and every example works`, async t => {
    const publicUrl = await standIn(t, () => ({ body: {} }))
    const running = await simulateAlone(vendor, { publicUrl, adapter: 'mine' }, silent)
    t.teardown(() => running.close())
    const text = describeAlone(vendor, running, { publicUrl, adapter: 'mine' })
    t.ok(text.includes(`${publicUrl}/webhooks/mine/`))
    const yaml = text.slice(text.indexOf('    adapters:'), text.indexOf('  To make something happen'))
    const { mine } = (parse(yaml) as { adapters: { mine: { use: string } } }).adapters
    const { use, ...options } = mine
    t.equal(use, vendor)
    const known = catalogue.adapters[vendor]
    t.same(planParts({ adapters: known ? { mine: { use: known, options } } : {}, plugins: {} }).issues, [])
    for (const { method, path, body } of controlsOf(vendor)) {
      t.ok(text.includes(`${running.url}${path}`), path)
      const answer = await fetch(running.url + path, { method, ...(body && { body: JSON.stringify(body) }) })
      t.equal(answer.ok, true, `${path}: ${await answer.text()}`)
    }
  })

t.test('alone it listens where it is told, with the faults it is told, until Ctrl-C', async t => {
  const { child, ended } = startCommand(t, ['simulate', 'shopify', '--faults', 'delay=0.5,delayMs=20', '--speed', '10'])
  const text = await new Promise<string>(resolve => child.stdout?.once('data', chunk => resolve(String(chunk))))
  const [, url = ''] = /API +(\S+)/.exec(text) ?? []
  t.match(await (await fetch(`${url}/simulator/faults`)).json(), { delay: 0.5, delayMs: 20, drop: 0 })
  t.match(text, /Webhooks +go to http:\/\/127\.0\.0\.1:3000\/webhooks\/shopify\//)
  child.kill('SIGINT')
  t.equal((await ended).code, 0)
})

t.test('every wrong option is told at once', async t => {
  const options = { publicUrl: 'nowhere', port: '70000', seed: 'x', speed: '0', faults: 'dely=1' }
  const { issues } = (await simulateAlone('shopify', options, silent).catch((error: unknown) => error)) as OptionError
  t.same(
    issues.map(({ path }) => path),
    ['--port', '--seed', '--speed', '--faults', '--public-url'],
  )
  for (const faults of ['{"delay": 2}', '{delay', 'delay', 'delay=often'])
    await t.rejects(simulateAlone('shopify', { publicUrl: elsewhere, faults }, silent), OptionError, faults)
})
