import { quiet, statsOf, until, watch, type Check } from './jobs-scene.ts'

/** Schedules. */
export const scheduling: [string, Check][] = [
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
  [
    'how far apart the times of a schedule are is known',
    async (t, hub) => {
      const { jobs } = hub()
      jobs.define('Tick', async () => undefined)
      t.equal((await statsOf(jobs, 'Tick'))?.everyMs, null)
      await jobs.every('5 minutes', 'Tick')
      t.equal((await statsOf(jobs, 'Tick'))?.everyMs, 5 * 60_000)
      await jobs.every('*/10 * * * *', 'Tick')
      t.equal((await statsOf(jobs, 'Tick'))?.everyMs, 10 * 60_000)
    },
  ],
]
