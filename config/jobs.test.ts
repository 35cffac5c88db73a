import { join } from 'node:path'
import t, { type Test } from 'tap'
import { OptionError } from '@switchboard/core'
import { readEnvironment } from './env.ts'
import { switchesOf } from './jobs.ts'
import { historyTable, jobList, jobsTable, runList } from './jobs-table.ts'
import { checkedConfig } from './start.ts'
import { leaveHub, runCommand, standIn, type Asked } from './test-command.ts'

const simulated = 'adapters:\n  agenda: {}\n  shopify: { simulate: true }\n'
const real = 'adapters:\n  agenda: {}\n'
const plugins = 'plugins:\n  identity: {}\n  webhooks: {}\n'

/** An environment with this hub.yaml. */
function environmentOf(t: Test, yaml: string, variables: Record<string, string> = {}) {
  return readEnvironment({ ...variables, HUB_CONFIG: join(t.testdir({ 'hub.yaml': yaml }), 'hub.yaml') })
}

function issuesOf(work: () => unknown): string[] {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof OptionError) return error.issues.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
}

t.test('chores are on in production: by HUB_ENV, else when no vendor is simulated', async t => {
  const switches = (yaml: string, variables?: Record<string, string>) => {
    const environment = environmentOf(t, yaml + plugins, variables)
    return switchesOf(environment, checkedConfig(environment))
  }
  t.match(switches(simulated), { isOn: false, because: /vendors are simulated; ask for it with `on: true`/ })
  t.match(switches(real), { isOn: true, because: 'no vendor is simulated' })
  t.match(switches(simulated, { HUB_ENV: 'production' }), { isOn: true, because: 'HUB_ENV is production' })
  t.match(switches(real, { HUB_ENV: 'development' }), { isOn: false, because: /^HUB_ENV is development/ })
  t.match(
    issuesOf(() => readEnvironment({ HUB_ENV: 'prod' })),
    [/^HUB_ENV: /],
  )
})

t.test('what hub.yaml says about jobs is read whole, and every mistake has its path', async t => {
  const said = (jobs: string) => checkedConfig(environmentOf(t, `${real}${plugins}jobs:${jobs}`)).jobs
  t.same(said('\n  # nothing yet\n'), {})
  t.same(said('\n  ClientSync: { schedule: 2 minutes }\n  webhooks.tidy: { on: false, schedule: null }\n'), {
    ClientSync: { schedule: '2 minutes' },
    'webhooks.tidy': { on: false, schedule: null },
  })
  t.same(said(' { ClientSync: { schedule: 0 6 * * * } }'), { ClientSync: { schedule: '0 6 * * *' } })
  t.match(
    issuesOf(() => said(' { ClientSink: { on: true }, ClientSync: {} }')),
    [/^jobs\.ClientSink: there is no job of this name; there are .*ClientSync/],
  )
  t.match(
    issuesOf(() => said(' { ClientSync: { on: maybe, schedule: often, every: 5 } }')),
    [/^jobs\.ClientSync\.on: /, /^jobs\.ClientSync\.schedule: is no schedule/, /^jobs\.ClientSync\.every: is neither/],
  )
  t.match(
    issuesOf(() => said(' [ClientSync]')),
    [/^jobs: /],
  )
})

t.test('hub check shows each job, its schedule, whether it is on and why', async t => {
  const yaml = `${simulated}${plugins}  staff: {}\n  messaging: { on: false }\njobs: { ClientSync: { on: true, schedule: 2 minutes } }\n`
  const variables = { HUB_CONFIG: join(t.testdir({ 'hub.yaml': yaml }), 'hub.yaml'), DATA_DIR: t.testdirName }
  const { code, stdout } = await runCommand(t, ['check'], variables)
  t.equal(code, 0)
  t.match(stdout, /^ClientSync +identity +2 minutes +on +asked for in the configuration$/m)
  t.match(stdout, /^FrontEvents +messaging +5 minutes +off +messaging is off: switched off in the configuration$/m)
  t.match(stdout, /^webhooks\.tidy +webhooks +1 day +on +upkeep of webhooks$/m)
  const json = await runCommand(t, ['check', '--json'], { ...variables, HUB_ENV: 'production' })
  const { jobs } = JSON.parse(json.stdout) as { jobs: { name: string; isOn: boolean }[] }
  t.match(
    jobs.find(({ name }) => name === 'ClientSync'),
    { isOn: true, part: 'identity', schedule: '2 minutes' },
  )
})

t.test('a job nobody has written ends the start with 2 and its path', async t => {
  const yaml = `${real}${plugins}jobs: { Nothing: { on: true } }\n`
  const variables = { HUB_CONFIG: join(t.testdir({ 'hub.yaml': yaml }), 'hub.yaml') }
  t.match(await runCommand(t, ['check'], variables), { code: 2, stderr: /jobs\.Nothing: there is no job/ })
})

const now = new Date('2026-11-21T02:00:00Z')
const calm = {
  ...{ name: 'ClientSync', part: 'identity', isOn: true, because: '', schedule: '5 minutes', isRunning: false },
  ...{ pausedAt: null, pausedBy: null, pausedBecause: null, nextRunAt: '2026-11-21T02:03:00.000Z', failures: 0 },
  ...{ lastRunAt: '2026-11-21T01:58:00.000Z', lastSuccessAt: '2026-11-21T01:58:00.000Z', failReason: null },
}
const jobs = [
  calm,
  { ...calm, name: 'FrontEvents', failures: 4, failReason: 'front answered 503\u001b[2J', lastSuccessAt: null },
  { ...calm, name: 'BlockedSync', pausedAt: now.toISOString(), pausedBy: 'Alex', pausedBecause: 'moving' },
  { ...calm, name: 'FrontCheck', isOn: false, schedule: null, nextRunAt: null, lastRunAt: null },
  { ...calm, name: 'BusinessHours', isRunning: true, nextRunAt: '2026-11-21T02:00:10.000Z' },
]
const runs = [
  {
    ...{ cause: 'schedule', attempt: 2, startedAt: '2026-11-21T01:58:00.000Z', finishedAt: '2026-11-21T01:58:01.500Z' },
    ...{ outcome: 'succeeded', error: null, result: { rows: 3 } },
  },
  {
    ...{ cause: 'hand', attempt: 1, startedAt: '2026-11-21T01:57:00.000Z', finishedAt: null },
    ...{ outcome: null, error: null, result: null },
  },
]

t.test('the list has a row for each job, and below what is wrong, safe for a terminal', async t => {
  const text = jobsTable(jobList.parse({ jobs }).jobs, now)
  t.match(text, /^ClientSync +5 minutes +on +in 3 minutes +2 minutes ago +2 minutes ago$/m)
  t.match(text, /^FrontEvents +5 minutes +failing .* never$/m)
  t.match(text, /^FrontCheck +by hand +off +never +2 minutes ago$/m)
  t.match(text, /^BusinessHours +5 minutes +running +in a moment/m)
  t.match(text, /^ {2}FrontEvents: failed 4 times in a row: front answered 503 \[2J$/m)
  t.match(text, /^ {2}BlockedSync: paused by Alex at 2026-11-21T02:00:00.000Z: moving$/m)
  const history = historyTable(runList.parse({ items: runs, cursor: null }).items, now)
  t.match(history, /^2026-11-21T01:58:00.000Z +1\.5 s +schedule, attempt 2 +succeeded +\{"rows":3\}$/m)
  t.match(history, /^2026-11-21T01:57:00.000Z +180\.0 s +hand +running$/m)
})

t.test('each command asks the running hub for what it says', async t => {
  const asked: Asked[] = []
  const dataDir = t.testdir()
  const answer = (one: Asked): { body: object } => {
    asked.push(one)
    if (one.path.includes('/history')) return { body: { items: runs, cursor: null } }
    return { body: one.method === 'GET' ? { jobs } : { name: 'ClientSync' } }
  }
  await leaveHub(dataDir, await standIn(t, answer))
  const hub = (...args: string[]) => runCommand(t, ['jobs', ...args], { DATA_DIR: dataDir })
  t.match(JSON.parse((await hub('list', '--json')).stdout), { jobs: [{ name: 'ClientSync', part: 'identity' }] })
  t.match(await hub('run', 'ClientSync', '--data', '{"full":true}'), { code: 0, stdout: /will run/ })
  t.match(await hub('pause', 'ClientSync', '--because', 'moving'), { code: 0, stdout: /is paused/ })
  t.match(await hub('history', 'ClientSync', '--limit', '5'), { code: 0, stdout: /attempt 2/ })
  t.same(
    asked.map(({ method, path, body }) => [method, path, body]),
    [
      ['GET', '/api/jobs', ''],
      ['POST', '/api/jobs/ClientSync/run', '{"data":{"full":true}}'],
      ['POST', '/api/jobs/ClientSync/pause', '{"because":"moving"}'],
      ['GET', '/api/jobs/ClientSync/history?limit=5', ''],
    ],
  )
})
