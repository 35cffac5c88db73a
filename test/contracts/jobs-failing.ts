import { broken, gate, quiet, statsOf, until, watch, type Check } from './jobs-scene.ts'

/** Failures. */
export const failing: [string, Check][] = [
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
