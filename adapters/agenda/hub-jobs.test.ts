import { HubError, definePlugin, z, type Hub, type Job, type JobData, type Role } from '@switchboard/core'
import { silentLog, startHub, type HubSettings, type JobSwitches, type RunningHub } from '@switchboard/core/hub'
import { until } from '@switchboard/test-contracts/jobs'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { agenda } from './agenda.ts'

/** Everybody who sends a role as token has that role. */
const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: {
      auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: `the ${role}` }) },
    },
  }),
})

interface House {
  hub: RunningHub
  inside: Hub
  /** Moves this hub's clock. */
  pass(minutes: number): void
}

interface Wish {
  url?: string
  jobs: Job[]
  switches?: JobSwitches
  settings?: Partial<HubSettings>
}

/** A hub with one plugin, `house`, that has these jobs. */
async function started(t: Test, { url, jobs, switches, settings }: Wish): Promise<House> {
  const found: { hub?: Hub } = {}
  const clock = { aheadMs: 0 }
  const house = definePlugin({
    ...{ name: 'house', options: z.object({}) },
    setup: hub => {
      found.hub = hub
      return { jobs }
    },
  })
  const options = { processEvery: '0.05 seconds', firstRetrySeconds: 0.1 }
  const hub = await startHub({
    adapters: { agenda: { use: agenda, options } },
    plugins: { door: { use: door }, house: { use: house } },
    ...{ databaseUrl: url ?? (await testDatabase(t)).url, dataDir: t.testdir(), log: silentLog() },
    ...(switches && { jobs: switches }),
    now: () => new Date(Date.now() + clock.aheadMs),
    ...settings,
  })
  t.teardown(() => hub.close())
  if (!found.hub) throw new Error('the plugin was not set up')
  return { hub, inside: found.hub, pass: minutes => void (clock.aheadMs += minutes * 60_000) }
}

interface State {
  name: string
  isOn: boolean
  because: string
  schedule: string | null
  isRunning: boolean
  pausedBy: string | null
  nextRunAt: string | null
  failures: number
  failReason: string | null
  lastSuccessAt: string | null
  result: JobData | null
}

interface Run {
  cause: string
  attempt: number
  outcome: string | null
  error: string | null
  data: JobData
  result: JobData | null
}

async function ask<T>(hub: RunningHub, path: string, { role = 'admin', body }: { role?: Role; body?: object } = {}) {
  const answer = await fetch(hub.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${role}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}

async function stateOf(hub: RunningHub, name: string): Promise<State> {
  const { body } = await ask<{ jobs: State[] }>(hub, '/api/jobs', { role: 'viewer' })
  const state = body.jobs.find(job => job.name === name)
  if (!state) throw new Error(`no ${name}`)
  return state
}

async function historyOf(hub: RunningHub, name: string, query = ''): Promise<Run[]> {
  return (await ask<{ items: Run[] }>(hub, `/api/jobs/${name}/history${query}`, { role: 'viewer' })).body.items
}

const alertsOf = (hub: RunningHub) =>
  hub.store.read(
    tx => tx.sql<{ part: string; key: string; message: string }>`
      select part, key, message from alert where cleared_at is null order by key`,
  )

async function metricsOf(hub: RunningHub): Promise<string> {
  return (await fetch(`${hub.url}/metrics`)).text()
}

/** A job that says with what it was run. */
function counted(name: string, schedule: string | null, seen: JobData[]): Job {
  return { name, schedule, handle: async data => ({ runs: seen.push(data) }) }
}

t.test('chores run by themselves where the install wants them, upkeep everywhere, and the list says why', async t => {
  const [asked, off, shut, upkeep]: [JobData[], JobData[], JobData[], JobData[]] = [[], [], [], []]
  const jobs = [
    ...[counted('Asked', '1 hour', asked), counted('Off', '1 hour', off), counted('Shut', '1 hour', shut)],
    ...[counted('house.tidy', '1 hour', upkeep), counted('Hand', null, [])],
  ]
  const byName = { Asked: { on: true, schedule: '2 minutes' }, Shut: { on: false }, Off: { schedule: '5 minutes' } }
  const { hub } = await started(t, { jobs, switches: { isOn: false, because: 'this is no production', byName } })
  await until(() => asked.length === 1 && upkeep.length === 1)
  await until(async () => (await stateOf(hub, 'Asked')).result !== null)
  t.match(await stateOf(hub, 'Asked'), { isOn: true, because: /asked for/, schedule: '2 minutes', result: { runs: 1 } })
  t.match(await stateOf(hub, 'house.tidy'), { isOn: true, because: 'upkeep of house', schedule: '1 hour' })
  const rests = { isOn: false, because: 'this is no production', schedule: '5 minutes', nextRunAt: null }
  t.match(await stateOf(hub, 'Off'), rests)
  t.match(await stateOf(hub, 'Shut'), { isOn: false, because: /switched off/, nextRunAt: null })
  t.same([off, shut], [[], []])

  t.equal((await ask(hub, '/api/jobs/Off/run', { body: {} })).status, 202)
  await until(() => off.length === 1)
  t.pass('one that is off can be run by hand')
})

t.test('a job is run by hand by an admin, with data, and it is written down who did it', async t => {
  const seen: JobData[] = []
  const { hub } = await started(t, { jobs: [counted('Sync', null, seen)] })
  for (const role of ['viewer', 'agent', 'manager'] as const)
    t.equal((await ask(hub, '/api/jobs/Sync/run', { role, body: {} })).status, 403)
  t.match(await ask(hub, '/api/jobs/Nothing/run', { body: {} }), { status: 404, body: { detail: /Nothing.*Sync/ } })
  t.equal((await ask(hub, '/api/jobs/Sync/run', { body: { data: { full: true } } })).status, 202)
  await until(async () => (await historyOf(hub, 'Sync'))[0]?.outcome === 'succeeded')
  t.same(seen, [{ full: true }])
  t.match(await historyOf(hub, 'Sync'), [{ cause: 'hand', attempt: 1, data: { full: true }, result: { runs: 1 } }])
  const { body } = await ask<{ items: object[] }>(hub, '/api/audit?target=job:Sync')
  t.match(body.items, [{ what: 'job.run', byName: 'the admin', after: { full: true } }])

  t.same(await hub.runJob('Sync', { from: 'here' }), { runs: 2 })
  t.match(await historyOf(hub, 'Sync', '?limit=1'), [{ data: { from: 'here' }, outcome: 'succeeded' }])
  await t.rejects(hub.runJob('Nothing'), { code: 'bad_option' })
})

t.test('a paused job rests in every hub, can be run by hand, and goes on when it is resumed', async t => {
  const { url } = await testDatabase(t)
  const seen: JobData[] = []
  const jobs = [counted('Tick', '0.2 seconds', seen)]
  const [one, other] = [await started(t, { url, jobs }), await started(t, { url, jobs })]
  await until(() => seen.length > 0)
  t.equal((await ask(one.hub, '/api/jobs/Tick/pause', { role: 'manager', body: {} })).status, 403)
  t.equal((await ask(one.hub, '/api/jobs/Tick/pause', { body: { because: 'the vendor asked' } })).status, 200)
  t.equal((await ask(other.hub, '/api/jobs/Tick/pause', { body: {} })).status, 409)
  await until(async () => !(await stateOf(one.hub, 'Tick')).isRunning)
  const before = (await historyOf(other.hub, 'Tick')).length
  const paused = { pausedBy: 'the admin', pausedBecause: 'the vendor asked', nextRunAt: null }
  t.match(await stateOf(other.hub, 'Tick'), paused)
  t.match(await metricsOf(one.hub), /switchboard_job_paused\{job="Tick"\} 1/)
  await ask(one.hub, '/api/jobs/Tick/run', { body: { data: { by: 'hand' } } })
  await until(async () => (await historyOf(one.hub, 'Tick'))[0]?.cause === 'hand')
  t.equal((await historyOf(one.hub, 'Tick')).length, before + 1, 'its schedule ran nothing meanwhile')
  t.equal((await ask(other.hub, '/api/jobs/Tick/resume', { body: {} })).status, 200)
  t.equal((await ask(other.hub, '/api/jobs/Tick/resume', { body: {} })).status, 409)
  await until(async () => (await historyOf(one.hub, 'Tick'))[0]?.cause === 'schedule')
  const { body } = await ask<{ items: { what: string; reason: string | null }[] }>(
    one.hub,
    '/api/audit?target=job:Tick',
  )
  t.same(
    body.items.map(({ what, reason }) => [what, reason]),
    [
      ['job.resume', null],
      ['job.run', null],
      ['job.pause', 'the vendor asked'],
    ],
  )
})

t.test('a job that goes on failing is an alert after its repetitions, and none any more when it succeeds', async t => {
  const state = { isBroken: true, runs: 0 }
  const handle = async (): Promise<undefined> => {
    state.runs++
    if (state.isBroken) throw new HubError('unavailable', 'the vendor is out')
  }
  const { hub } = await started(t, { jobs: [{ name: 'Shaky', schedule: '1 hour', handle, options: { retries: 1 } }] })
  await until(async () => (await historyOf(hub, 'Shaky')).filter(({ outcome }) => outcome === 'failed').length === 1)
  t.same(await alertsOf(hub), [], 'a first failure is nobody’s matter')
  await until(async () => (await alertsOf(hub)).length === 1)
  t.equal(state.runs, 2)
  t.match(await alertsOf(hub), [{ part: 'house', key: 'job.Shaky', message: /Shaky failed.*the vendor is out/ }])
  t.match(await historyOf(hub, 'Shaky'), [
    { attempt: 2, outcome: 'failed', error: 'the vendor is out' },
    { attempt: 1, outcome: 'failed', cause: 'schedule' },
  ])
  t.match(await stateOf(hub, 'Shaky'), { failures: 2, failReason: 'the vendor is out', lastSuccessAt: null })
  const metrics = await metricsOf(hub)
  t.match(metrics, /switchboard_job_runs_total\{job="Shaky",outcome="failed"\} 2/)
  t.match(metrics, /switchboard_job_retries_total\{job="Shaky"\} 1/)
  t.match(metrics, /switchboard_job_failures\{job="Shaky"\} 2/)
  t.notMatch(metrics, /last_success_timestamp_seconds\{job="Shaky"/)

  state.isBroken = false
  await ask(hub, '/api/jobs/Shaky/run', { body: {} })
  await until(async () => (await alertsOf(hub)).length === 0)
  t.match(await stateOf(hub, 'Shaky'), { failures: 0, failReason: null })
  const after = await metricsOf(hub)
  t.match(after, /switchboard_job_failures\{job="Shaky"\} 0/)
  t.match(after, /switchboard_job_last_success_timestamp_seconds\{job="Shaky"\} \d+/)
  t.match(after, /switchboard_job_run_seconds_count\{job="Shaky"\} 3/)
})

t.test('a run that lost its lock is told to stop and commits nothing, whatever it still does', async t => {
  const { url } = await testDatabase(t)
  const [reached, go] = [Promise.withResolvers<AbortSignal>(), Promise.withResolvers<void>()]
  const found: { inside?: Hub } = {}
  const slow: Job = {
    ...{ name: 'Slow', schedule: null, options: { lockSeconds: 3 } },
    handle: async (_data, signal) => {
      await note(found.inside, 'before')
      reached.resolve(signal)
      await go.promise
      await note(found.inside, 'after')
      return { by: 'the slow one' }
    },
  }
  const one = await started(t, { url, jobs: [slow] })
  found.inside = one.inside
  await one.hub.store.transact(tx => tx.sql`create table note (text text)`)
  const other = await started(t, { url, jobs: [{ ...slow, handle: async () => ({ by: 'the other' }) }] })
  const running = one.hub.runJob('Slow')
  const signal = await reached.promise
  await t.rejects(other.hub.runJob('Slow', {}, 10), { code: 'conflict' }, 'nobody runs it twice at once')
  // As after a pause of the whole process: it gave no sign of life for too long, and gives none before the other is there.
  const taken = { by: null as unknown }
  const taking = other.hub.runJob('Slow').then(result => (taken.by = result))
  await until(async () => {
    await one.hub.store.transact(
      tx => tx.sql`update job set held_until = now() - interval '1 hour' where name = 'Slow' and fence = 1`,
    )
    return taken.by !== null
  })
  t.same(await taking, { by: 'the other' })
  await until(() => signal.aborted)
  go.resolve()
  await t.rejects(running, { code: 'conflict', message: /lost its lock/ })
  const kept = await one.hub.store.read(tx => tx.sql`select text from note`)
  t.same(kept, [{ text: 'before' }], 'what it wrote after that is not there')
  t.match(await historyOf(one.hub, 'Slow'), [
    { outcome: 'succeeded', result: { by: 'the other' } },
    { outcome: 'lost', result: null },
  ])
  t.match(await metricsOf(one.hub), /switchboard_job_runs_total\{job="Slow",outcome="lost"\} 1/)
})

t.test(
  'what a run set going and did not wait for is not held back, also when the next run began meanwhile',
  async t => {
    const [later, wrote] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const found: { inside?: Hub } = {}
    const handle = async ({ leaves }: JobData): Promise<undefined> => {
      if (leaves) void later.promise.then(() => note(found.inside, 'later')).then(wrote.resolve, wrote.reject)
    }
    const { hub, inside } = await started(t, { jobs: [{ name: 'Poke', schedule: null, handle }] })
    found.inside = inside
    await hub.store.transact(tx => tx.sql`create table note (text text)`)
    await hub.runJob('Poke', { leaves: true })
    await hub.runJob('Poke')
    later.resolve()
    await wrote.promise
    t.same(await hub.store.read(tx => tx.sql`select text from note`), [{ text: 'later' }])
  },
)

t.test('a hub that stops lets go of a job that does not end, and another need not wait', async t => {
  const { url } = await testDatabase(t)
  const reached = Promise.withResolvers<void>()
  const never: Job = {
    ...{ name: 'Never', schedule: null },
    handle: async () => {
      reached.resolve()
      return new Promise(() => {})
    },
  }
  const one = await started(t, { url, jobs: [never] })
  await ask(one.hub, '/api/jobs/Never/run', { body: {} })
  await reached.promise
  await one.hub.close()
  const other = await started(t, { url, jobs: [{ ...never, handle: async () => ({ done: true }) }] })
  t.same(await other.hub.runJob('Never', {}, 2000), { done: true })
  t.match((await historyOf(other.hub, 'Never')).at(-1), { outcome: 'stopped', error: /did not wait/ })
})

t.test('a run that goes on past its next three times is an alert, until it ends', async t => {
  const hold = Promise.withResolvers<void>()
  const handle = (): Promise<undefined> => hold.promise.then(() => undefined)
  const { hub, pass } = await started(t, { jobs: [{ name: 'Long', schedule: '1 minute', handle }] })
  await until(async () => (await stateOf(hub, 'Long')).isRunning)
  await hub.lookAtJobs()
  t.same(await alertsOf(hub), [])
  pass(5)
  t.match(await metricsOf(hub), /switchboard_job_overrun_seconds\{job="Long"\} [1-9]/)
  t.match(await metricsOf(hub), /switchboard_job_running\{job="Long"\} 1/)
  await hub.lookAtJobs()
  t.match(await alertsOf(hub), [{ part: 'house', key: 'job.Long.missed', message: /Long runs since .* does not end/ }])
  hold.resolve()
  await until(async () => (await alertsOf(hub)).length === 0)
})

t.test('a schedule that nobody keeps is an alert, raised by any hub; one that is paused is none', async t => {
  const { url } = await testDatabase(t)
  const jobs = [counted('Tick', '1 minute', []), counted('Rests', '1 minute', [])]
  const works = await started(t, { url, jobs })
  await until(async () => (await stateOf(works.hub, 'Tick')).lastSuccessAt !== null)
  await ask(works.hub, '/api/jobs/Rests/pause', { body: {} })
  await works.hub.close()
  const { hub, pass } = await started(t, { url, jobs, settings: { roles: ['web'] } })
  await hub.lookAtJobs()
  t.same(await alertsOf(hub), [])
  pass(6)
  await hub.lookAtJobs()
  t.match(await alertsOf(hub), [{ key: 'job.Tick.missed', message: /has been due since .*role `worker`/ }])
  t.match(await metricsOf(hub), /switchboard_job_late_seconds\{job="Tick"\} [1-9]/)
  const back = await started(t, { url, jobs })
  await ask(back.hub, '/api/jobs/Tick/run', { body: {} })
  await until(async () => (await alertsOf(hub)).length === 0)
})

t.test('without anybody who runs jobs the routes say so, and the hub runs all the same', async t => {
  const { hub } = await started(t, { jobs: [counted('Sync', '1 hour', [])], settings: { adapters: {} } })
  t.match(await ask(hub, '/api/jobs'), { status: 503, body: { detail: /agenda/ } })
  t.same(await hub.runJob('Sync'), { runs: 1 })
})

t.test('a schedule that cannot be read keeps the hub from starting, with its path', async t => {
  const switches = { isOn: true, because: '', byName: { Sync: { schedule: '61 * * * *' } } }
  const refused = await started(t, { jobs: [counted('Sync', '1 hour', [])], switches }).catch((error: unknown) => error)
  t.match(refused, { issues: [{ path: 'jobs.Sync', message: /is no schedule/ }] })
})

async function note(inside: Hub | undefined, text: string): Promise<void> {
  await inside?.store.transact(tx => tx.sql`insert into note values (${text})`)
}
