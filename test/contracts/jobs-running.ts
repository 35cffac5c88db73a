import type { JobData, JobRun } from '@switchboard/core'
import { gate, quiet, statsOf, until, watch, type Check } from './jobs-scene.ts'

/** What is asked for runs. */
export const running: [string, Check][] = [
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
  [
    'a job is told why it runs, and which attempt it is',
    async (t, hub) => {
      const { jobs } = hub()
      const seen: JobRun[] = []
      const tell = async (_data: JobData, _signal: AbortSignal, run: JobRun): Promise<undefined> => {
        seen.push(run)
        if (run.attempt === 1) throw new Error('not at once')
      }
      jobs.define('Asked', tell, { retries: 1 })
      await jobs.start()
      await jobs.soon('Asked', {}, { key: 'by-hand' })
      await until(async () => seen.length === 2)
      t.same(seen, [
        { isScheduled: false, key: 'by-hand', attempt: 1, mayRepeat: true },
        { isScheduled: false, key: 'by-hand', attempt: 2, mayRepeat: false },
      ])
      const scheduled: JobRun[] = []
      jobs.define('Tick', async (_data, _signal, run) => void scheduled.push(run))
      await jobs.every('1 hour', 'Tick')
      await until(async () => scheduled.length === 1)
      t.match(scheduled, [{ isScheduled: true, key: null, attempt: 1 }])
    },
  ],
]
