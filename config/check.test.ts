import t from 'tap'
import { healthTable, isAiling } from './health.ts'
import type { SourceState } from './source-state.ts'
import { leaveHub, runCommand, standIn } from './test-command.ts'

const now = new Date('2026-11-21T02:00:00Z')

const fine: SourceState = {
  ...{ name: 'shopify', isReading: false, progress: null, lastStartedAt: '2026-11-21T01:55:00.000Z' },
  ...{ lastSuccessAt: '2026-11-21T01:55:03.000Z', lagSeconds: 1300, lastResult: null, records: 4112, unreadable: 0 },
  ...{ error: null, errorAt: null, isSilent: false, unannounced: 0, skewMs: 12, alerts: [] },
}
const failing = { ...fine, name: 'front', error: 'front answered 503\u001b[2J', errorAt: '2026-11-21T01:59:00.000Z' }
const silent = { ...fine, name: 'salestools', isSilent: true, unannounced: 14, skewMs: -95_000, unreadable: 2 }
const alarmed = {
  ...{ ...fine, name: 'appointjet', lastSuccessAt: null, lagSeconds: null, skewMs: null },
  alerts: [{ key: 'subscription', message: 'the subscription was made again', since: '2026-11-21T01:00:00.000Z' }],
}

t.test('each source has a row, and what is wrong is told below, safe for a terminal', async t => {
  const text = healthTable([fine, failing, silent, alarmed], now)
  t.match(text, /^shopify +fine +4 minutes ago +1,300 s +4,112 +right$/m)
  t.match(text, /^salestools +silent +4 minutes ago +1,300 s +4,112 +2 +95 s behind$/m)
  t.match(text, /^appointjet +not read yet +never +4,112$/m)
  t.match(text, /front: could not be read at 2026-11-21T01:59:00.000Z: front answered 503 \[2J$/m)
  t.match(text, /salestools: sends no webhooks: reading found 14 changes that none announced$/m)
  t.match(text, /appointjet: the subscription was made again \(since 2026-11-21T01:00:00.000Z\)$/m)
  t.same([fine, failing, silent, alarmed].map(isAiling), [false, true, true, true])
})

t.test('beside what is on, check tells how the sources of the running hub are', async t => {
  const dataDir = t.testdir()
  const looks = [[fine], [fine, failing]]
  await leaveHub(dataDir, await standIn(t, () => ({ body: { sources: looks.shift() ?? [fine, failing] } })))
  const variables = { DATA_DIR: dataDir }
  const healthy = await runCommand(t, ['check', '--strict'], variables)
  t.match(healthy, { code: 0, stdout: /adapter +shopify +on +simulated vendor[^]*shopify +fine/ })
  t.match(await runCommand(t, ['check'], variables), { code: 0, stdout: /front answered 503/ })
  const strict = await runCommand(t, ['check', '--strict', '--json'], variables)
  t.match(JSON.parse(strict.stdout), { parts: [{ name: 'twilio' }], sources: [{ name: 'shopify' }, { name: 'front' }] })
  t.equal(strict.code, 1)
})

t.test('without a hub, or with one that no longer answers, the rest is told all the same', async t => {
  const nobody = await runCommand(t, ['check', '--strict'], { DATA_DIR: t.testdir() })
  t.match(nobody, { code: 0, stdout: /calls +on[^]*\n\nHow the sources are is not known: no hub runs from [^\n]*\n$/ })
  const dataDir = t.testdir()
  await leaveHub(dataDir, 'http://127.0.0.1:1')
  const gone = await runCommand(t, ['check', '--json'], { DATA_DIR: dataDir })
  t.match(JSON.parse(gone.stdout), { parts: [{ name: 'twilio' }], sources: null })
})
