import type { Test } from 'tap'
import type { JobData, JobOptions, JobsPort, JobStats } from '@switchboard/core'

/** One hub's jobs. */
export interface JobsInstance {
  jobs: JobsPort
  /** Lets go of everything at once, as a process does that is killed. */
  kill(): Promise<void>
}

/** What the suite is run on. */
export interface JobsSubject {
  name: string
  /**
   * Makes an empty place to keep jobs in. Each call of what it returns is one more hub on that place, gone at the end of the
   * test. They look for work every 100 ms at least, and repeat a failed job within a second at first.
   */
  start(t: Test): Promise<() => JobsInstance>
}

/** Every implementation of `JobsPort` passes this suite. */
export function jobsContract(t: Test, subject: JobsSubject): void {
  for (const [behaviour, check] of [...running, ...scheduling, ...failing, ...together])
    t.test(`${subject.name}: ${behaviour}`, async t => check(t, await subject.start(t)))
}

type Check = (t: Test, hub: () => JobsInstance) => Promise<void>

const running: [string, Check][] = [
  [
    'a job runs once with what it was given, and what it returned is kept',
    async (t, hub) => {
      const { jobs } = hub()
      const seen = watch(jobs, 'Sync', async () => ({ rows: 3 }))
      await jobs.start()
      await jobs.soon('Sync', { source: 'shop', full: true })
      const done = await until(async () => {
        const now = await statsOf(jobs, 'Sync')
        return now?.result && !now.isRunning && now
      })
      t.same(seen, [{ source: 'shop', full: true }])
      t.match(done, {
        name: 'Sync',
        isRunning: false,
        schedule: null,
        nextRunAt: null,
        failedAt: null,
        result: { rows: 3 },
      })
      t.ok(done && done.lastRunAt && done.lastFinishedAt && done.lastRunAt <= done.lastFinishedAt)
    },
  ],
  [
    'a job does not run before its time',
    async (t, hub) => {
      const { jobs } = hub()
      const at = new Date(Date.now() + 700)
      const ran: number[] = []
      jobs.define('Later', async () => void ran.push(Date.now()))
      await jobs.start()
      await jobs.soon('Later', {}, { at })
      t.same((await statsOf(jobs, 'Later'))?.nextRunAt, at)
      await until(async () => ran.length > 0)
      t.ok((ran[0] ?? 0) >= at.getTime())
    },
  ],
  [
    'a job that is defined and was never asked for is known',
    async (t, hub) => {
      const { jobs } = hub()
      jobs.define('Never', async () => undefined)
      t.match(await jobs.stats(), [
        { name: 'Never', schedule: null, isRunning: false, nextRunAt: null, lastRunAt: null },
      ])
    },
  ],
  [
    'of calls with one key before the first ran, only the last counts, also when they come at the same moment',
    async (t, hub) => {
      const [{ jobs }, other] = [hub(), hub()]
      const seen = watch(jobs, 'Remind')
      await Promise.all(
        [jobs, other.jobs].flatMap(({ soon }) => [1, 2, 3].map(n => soon('Remind', { n }, { key: 'a' }))),
      )
      await jobs.soon('Remind', { n: 7 }, { key: 'a' })
      await jobs.soon('Remind', { n: 8 }, { key: 'b' })
      await jobs.start()
      await until(async () => seen.length === 2)
      await quiet(jobs)
      t.same(seen.map(({ n }) => n).sort(), [7, 8])
    },
  ],
  [
    'what is asked for under a key while that job runs is run after it',
    async (t, hub) => {
      const { jobs } = hub()
      const hold = gate()
      const seen = watch(jobs, 'Remind', () => (seen.length === 1 ? hold.opened : undefined))
      await jobs.start()
      await jobs.soon('Remind', { n: 1 }, { key: 'a' })
      await until(async () => seen.length === 1)
      await jobs.soon('Remind', { n: 2 }, { key: 'a' })
      hold.open()
      await until(async () => seen.length === 2)
      await jobs.soon('Remind', { n: 3 }, { key: 'a' })
      await until(async () => seen.length === 3)
      t.same(seen, [{ n: 1 }, { n: 2 }, { n: 3 }])
    },
  ],
]

const scheduling: [string, Check][] = [
  [
    'a schedule runs a job over and over, until it ends',
    async (t, hub) => {
      const { jobs } = hub()
      const seen = watch(jobs, 'Tick')
      await jobs.start()
      await jobs.every('1 second', 'Tick')
      t.equal((await statsOf(jobs, 'Tick'))?.schedule, '1 second')
      await until(async () => seen.length >= 2)
      await jobs.every(null, 'Tick')
      await quiet(jobs)
      t.match(await statsOf(jobs, 'Tick'), { schedule: null, nextRunAt: null })
    },
  ],
  [
    'another schedule replaces the first at once; the same one changes nothing',
    async (t, hub) => {
      const { jobs } = hub()
      jobs.define('Tick', async () => undefined)
      await jobs.every('0 6 * * *', 'Tick')
      const first = await statsOf(jobs, 'Tick')
      t.equal(first?.nextRunAt?.getUTCHours(), 6)
      await hub().jobs.every('0 6 * * *', 'Tick')
      t.same(await statsOf(jobs, 'Tick'), first)
      const before = Date.now()
      await jobs.every('5 minutes', 'Tick')
      const second = await statsOf(jobs, 'Tick')
      t.equal(second?.schedule, '5 minutes')
      const inMs = (second?.nextRunAt?.getTime() ?? 0) - before
      t.ok(inMs <= 5 * 60_000 + 5_000, 'not at six o’clock')
    },
  ],
  [
    'a run that was due while no hub ran is not lost',
    async (t, hub) => {
      const first = hub()
      const before = watch(first.jobs, 'Tick')
      await first.jobs.every('1 hour', 'Tick')
      await first.kill()
      const { jobs } = hub()
      const after = watch(jobs, 'Tick')
      await jobs.start()
      await jobs.every('1 hour', 'Tick')
      await until(async () => after.length === 1)
      t.equal(before.length, 0)
      const next = (await until(async () => (await statsOf(jobs, 'Tick'))?.nextRunAt)) as Date
      t.ok(next.getTime() > Date.now() + 50 * 60_000)
    },
  ],
  [
    'a schedule that cannot be read is refused',
    async (t, hub) => {
      const { jobs } = hub()
      jobs.define('Tick', async () => undefined)
      for (const schedule of ['often', '', '300', '0 minutes', '61 * * * *'])
        await t.rejects(jobs.every(schedule, 'Tick'), { code: 'bad_option' }, schedule)
      t.equal((await statsOf(jobs, 'Tick'))?.schedule, null)
    },
  ],
]

const failing: [string, Check][] = [
  [
    'a job that fails is repeated until it succeeds, and shows its failure until then',
    async (t, hub) => {
      const { jobs } = hub()
      const hold = gate()
      const seen = watch(jobs, 'Shaky', async () => {
        if (seen.length === 1) throw new Error('the vendor is out')
        await hold.opened
      })
      await jobs.start()
      await jobs.soon('Shaky', { n: 1 })
      await until(async () => (await statsOf(jobs, 'Shaky'))?.failedAt)
      t.equal((await statsOf(jobs, 'Shaky'))?.failReason, 'the vendor is out')
      await until(async () => seen.length === 2)
      hold.open()
      await until(async () => (await statsOf(jobs, 'Shaky'))?.failedAt === null)
      t.same(seen, [{ n: 1 }, { n: 1 }])
      t.match(await statsOf(jobs, 'Shaky'), { failReason: null, nextRunAt: null })
    },
  ],
  [
    'a job that goes on failing is given up after its retries, and stays visible',
    async (t, hub) => {
      const { jobs } = hub()
      const seen = watch(jobs, 'Broken', broken, { retries: 1 })
      const never = watch(jobs, 'Once', broken, { retries: 0 })
      await jobs.start()
      await jobs.soon('Broken')
      await jobs.soon('Once')
      await until(async () => seen.length === 2)
      await quiet(jobs)
      t.equal(seen.length, 2)
      t.equal(never.length, 1)
      t.match(await statsOf(jobs, 'Broken'), { failReason: 'broken', nextRunAt: null, isRunning: false })
    },
  ],
  [
    'a scheduled job that was given up runs at its next time, with its retries anew',
    async (t, hub) => {
      const { jobs } = hub()
      const seen = watch(jobs, 'Broken', broken, { retries: 0 })
      await jobs.start()
      await jobs.every('1 second', 'Broken')
      await until(async () => seen.length >= 2)
      t.match(await statsOf(jobs, 'Broken'), { schedule: '1 second', failReason: 'broken' })
    },
  ],
]

const together: [string, Check][] = [
  [
    'a job never runs twice at once, however long it is and whoever asks for it',
    async (t, hub) => {
      const hubs = [hub(), hub()]
      const count = { now: 0, most: 0, ended: 0 }
      const long = async (): Promise<undefined> => {
        count.most = Math.max(count.most, ++count.now)
        await wait(600)
        count.now--
        count.ended++
      }
      for (const { jobs } of hubs) jobs.define('Long', long, { lockSeconds: 0.3 })
      await Promise.all(hubs.map(({ jobs }) => jobs.start()))
      await hubs[0]?.jobs.every('0.1 seconds', 'Long')
      for (const { jobs } of hubs) await jobs.soon('Long')
      await until(async () => count.ended >= 3)
      t.equal(count.most, 1)
    },
  ],
  [
    'what one hub asks for another may do; one that was not started does nothing',
    async (t, hub) => {
      const [asks, does] = [hub(), hub()]
      const idle = watch(asks.jobs, 'Work')
      const busy = watch(does.jobs, 'Work')
      await does.jobs.start()
      await asks.jobs.soon('Work', { n: 1 })
      await until(async () => busy.length === 1)
      t.same(idle, [])
    },
  ],
  [
    'hubs that start at the same moment on an empty place run a schedule once',
    async (t, hub) => {
      const hubs = [hub(), hub(), hub()]
      const seen = hubs.map(({ jobs }) => watch(jobs, 'Tick'))
      await Promise.all(hubs.map(({ jobs }) => jobs.start().then(() => jobs.every('1 hour', 'Tick'))))
      await until(async () => seen.flat().length > 0)
      await Promise.all(hubs.map(({ jobs }) => quiet(jobs)))
      t.equal(seen.flat().length, 1)
    },
  ],
  [
    'a job whose hub was killed is run by another, and its loss can be seen',
    async (t, hub) => {
      const [dies, lives] = [hub(), hub()]
      const started = watch(dies.jobs, 'Work', () => new Promise(() => {}), { lockSeconds: 0.5 })
      await dies.jobs.start()
      await dies.jobs.soon('Work', { n: 1 })
      await until(async () => started.length === 1)
      await dies.kill()
      const hold = gate()
      const resumed = watch(lives.jobs, 'Work', () => hold.opened, { lockSeconds: 0.5 })
      await lives.jobs.start()
      await until(async () => resumed.length === 1)
      t.same(resumed, [{ n: 1 }])
      t.match(await statsOf(lives.jobs, 'Work'), { isRunning: true, failReason: /went away/ })
      hold.open()
      await until(async () => (await statsOf(lives.jobs, 'Work'))?.isRunning === false)
      t.equal((await statsOf(lives.jobs, 'Work'))?.failedAt, null)
    },
  ],
  [
    'stopping tells what runs, waits for it, and takes no new work until started again',
    async (t, hub) => {
      const { jobs } = hub()
      const told: boolean[] = []
      jobs.define('Work', async (_data, signal) => {
        if (told.length === 0) await new Promise(resolve => signal.addEventListener('abort', resolve))
        await wait(100)
        told.push(signal.aborted)
        return {}
      })
      await jobs.start()
      await jobs.soon('Work')
      await until(async () => (await statsOf(jobs, 'Work'))?.isRunning)
      await jobs.stop()
      t.same(told, [true])
      t.match(await statsOf(jobs, 'Work'), { isRunning: false, failedAt: null }, 'its end is written down')
      await jobs.soon('Work')
      await wait(300)
      t.equal(told.length, 1)
      await jobs.start()
      await until(async () => told.length === 2)
      t.same(told, [true, false])
    },
  ],
]

/** Defines a job that does `work`, and gives the list of what it was run with. */
function watch(jobs: JobsPort, name: string, work?: () => unknown, options?: JobOptions): JobData[] {
  const seen: JobData[] = []
  const handle = async (data: JobData): Promise<JobData | undefined> => {
    seen.push(data)
    return (await work?.()) as JobData | undefined
  }
  jobs.define(name, handle, options)
  return seen
}

async function broken(): Promise<never> {
  throw new Error('broken')
}

async function statsOf(jobs: JobsPort, name: string): Promise<JobStats | undefined> {
  return (await jobs.stats()).find(job => job.name === name)
}

/** Something to wait at until it is opened. */
function gate(): { opened: Promise<void>; open(): void } {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  return { opened, open }
}

/** Until nothing runs or is due, and then as long again as any hub takes to look for work. */
async function quiet(jobs: JobsPort): Promise<void> {
  const isDue = ({ isRunning, nextRunAt }: JobStats): boolean =>
    isRunning || (nextRunAt !== null && nextRunAt <= new Date())
  await until(async () => !(await jobs.stats()).some(isDue))
  await wait(300)
}

function wait(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** Asks until the answer is yes, for at most 20 s. */
export async function until<T>(ask: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await ask()
    if (answer) return answer
    await wait(50)
  }
  throw new Error('it did not come to pass in 20 s')
}
