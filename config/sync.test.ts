import t, { type Test } from 'tap'
import { localApi } from './api.ts'
import type { SourceState } from './source-state.ts'
import { syncSource } from './sync-source.ts'
import { leaveHub, runCommand, standIn, startCommand, type Asked } from './test-command.ts'

const earlier = '2026-11-21T01:00:00.000Z'
const begunAt = '2026-11-21T02:00:00.000Z'

const idle: SourceState = {
  ...{ name: 'shopify', isReading: false, progress: null, lastStartedAt: earlier, lastSuccessAt: earlier },
  ...{ lagSeconds: 60, lastResult: null, records: 4112, unreadable: 0, error: null, errorAt: null, isSilent: false },
  ...{ unannounced: 0, skewMs: 12, alerts: [] },
}
const reading = (rows: number): SourceState => ({
  ...{ ...idle, isReading: true, lastStartedAt: begunAt },
  progress: { rows, total: 4112, startedAt: begunAt, from: 'on' },
})
const done: SourceState = {
  ...{ ...idle, lastStartedAt: begunAt, lastSuccessAt: '2026-11-21T02:00:03.000Z' },
  lastResult: { pages: 42, rows: 4112, changed: 3, unreadable: 0, tookMs: 3140 },
}
const failure: SourceState = { ...idle, lastStartedAt: begunAt, error: 'shopify answered 503', errorAt: begunAt }

/** A hub whose shopify looks like this, one look after the other; the last stays. A refusal is what it says to being asked to read. */
async function hub(t: Test, looks: SourceState[], refusal?: { status: number; detail: string }) {
  const dataDir = t.testdir()
  const asked: Asked[] = []
  const url = await standIn(t, request => {
    asked.push(request)
    if (request.path === '/api/sources') return { body: { sources: [idle, { ...idle, name: 'appointjet' }] } }
    if (request.method === 'POST' && refusal) return { status: refusal.status, body: { detail: refusal.detail } }
    const [look = done] = looks.length > 1 ? looks.splice(0, 1) : looks
    return { status: request.method === 'POST' ? 202 : 200, body: look }
  })
  await leaveHub(dataDir, url)
  const shown: (number | undefined)[] = []
  const sync = async (name = 'shopify', from?: string) => {
    const show = ({ progress }: SourceState) => shown.push(progress?.rows)
    return syncSource(await localApi(dataDir), { name, from, signal: new AbortController().signal, show })
  }
  return { asked, shown, sync, variables: { DATA_DIR: dataDir } }
}

t.test('a reading is followed to its end and summed up, with progress as plain lines in a pipe', async t => {
  const { asked, variables } = await hub(t, [reading(100), reading(2000), done])
  const { code, stdout, stderr } = await runCommand(t, ['sync', 'shopify'], variables)
  t.equal(stdout, 'shopify: 4,112 rows in 42 pages, 3 changed, 0 unreadable, 3.1 s\n')
  t.match(stderr, /^shopify: 2 %, 100 of 4,112 rows, [^\n]*\nshopify: 48 %, 2,000 of 4,112 rows, .*\n$/s)
  t.equal(code, 0)
  t.match(asked[1], { method: 'POST', path: '/api/sources/shopify/sync', body: '{}' })
})

t.test('as JSON there is nothing but the state, and a time to read from is told to the hub', async t => {
  const { asked, variables } = await hub(t, [reading(100), done])
  const args = ['sync', 'shopify', '--json', '--since', '2026-11-20T09:30:00+11:00']
  const { stdout, stderr } = await runCommand(t, args, variables)
  t.match(JSON.parse(stdout), { name: 'shopify', lastResult: { rows: 4112 } })
  t.equal(stderr, '')
  t.same(JSON.parse(asked[1]?.body ?? ''), { from: '2026-11-19T22:30:00.000Z' })
})

t.test('a wrong time is refused with an example before anything is asked', async t => {
  const { asked, variables } = await hub(t, [done])
  const { code, stderr } = await runCommand(t, ['sync', 'shopify', '--since', 'tuesday'], variables)
  t.match(stderr, /--since: "tuesday" is no time: say 2026-11-20, .*"3 days"/)
  t.equal(code, 2)
  t.same(asked, [])
})

t.test('a reading that fails ends with 1, says why, and where it goes on', async t => {
  const { variables } = await hub(t, [reading(100), failure])
  const { code, stdout, stderr } = await runCommand(t, ['sync', 'shopify'], variables)
  t.match(stderr, /shopify: shopify answered 503\n.*goes on at the page where it stopped/)
  t.same({ code, stdout }, { code: 1, stdout: '' })
})

t.test('Ctrl-C leaves the hub to it', async t => {
  const { variables } = await hub(t, [reading(100)])
  const { child, ended } = startCommand(t, ['sync', 'shopify'], variables)
  child.stderr?.once('data', () => child.kill('SIGINT'))
  const { code, stderr } = await ended
  t.match(stderr, /The hub goes on reading shopify/)
  t.equal(code, 130)
})

t.test('each look is shown until the reading is over', async t => {
  const { sync, shown, asked } = await hub(t, [idle, reading(100), reading(200), done])
  t.same(await sync('shopify', 'full'), done)
  t.same(shown, [undefined, 100, 200])
  t.same(JSON.parse(asked[1]?.body ?? ''), { from: 'full' })
})

t.test('a vendor that fails at once is told by the state of its source', async t => {
  const { sync } = await hub(t, [failure], { status: 502, detail: 'shopify answered 503' })
  t.same(await sync(), failure)
})

t.test('what is being read already is followed, but not when something else was asked for', async t => {
  const refusal = { status: 409, detail: 'shopify is being read by another instance' }
  const { sync } = await hub(t, [reading(100), reading(200), done], refusal)
  t.same(await sync(), done)
  const busy = await hub(t, [reading(100)], refusal)
  await t.rejects(busy.sync('shopify', 'full'), { message: 'shopify is being read by another instance' })
})

t.test('a source nobody has is answered with those there are', async t => {
  const { sync } = await hub(t, [done])
  await t.rejects(sync('shopfy'), { message: 'there is no source "shopfy"; there are shopify, appointjet' })
})
