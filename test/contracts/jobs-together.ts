import { gate, quiet, statsOf, until, wait, watch, type Check } from './jobs-scene.ts'

/** Several hubs. */
export const together: [string, Check][] = [
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
    'a run that another hub took over is told to stop, and how it ends changes nothing',
    async (t, hub) => {
      const [hangs, takes] = [hub({ behindMs: 3_600_000 }), hub()]
      const told: boolean[] = []
      const slow = gate()
      hangs.jobs.define(
        'Work',
        async (_data, signal) => {
          await new Promise(resolve => signal.addEventListener('abort', resolve))
          told.push(signal.aborted)
          await slow.opened
          return { by: 'the one that hung' }
        },
        { lockSeconds: 0.6 },
      )
      await hangs.jobs.start()
      await hangs.jobs.soon('Work')
      await until(async () => (await statsOf(hangs.jobs, 'Work'))?.isRunning)
      const hold = gate()
      const work = async (): Promise<object> => {
        await hold.opened
        return { by: 'the other' }
      }
      const taken = watch(takes.jobs, 'Work', work, { lockSeconds: 0.6 })
      await takes.jobs.start()
      await until(async () => taken.length === 1 && told.length === 1)
      t.same(told, [true])
      slow.open()
      await hangs.jobs.stop()
      t.match(
        await statsOf(takes.jobs, 'Work'),
        { isRunning: true, result: null },
        'it does not let go of what is not its own',
      )
      hold.open()
      await until(async () => (await statsOf(takes.jobs, 'Work'))?.isRunning === false)
      t.match(await statsOf(takes.jobs, 'Work'), { failedAt: null, result: { by: 'the other' } })
      await quiet(takes.jobs)
      t.equal(taken.length, 1, 'and it is not repeated')
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
