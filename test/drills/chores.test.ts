import { silentLog } from '@switchboard/core/hub'
import { migrate } from '@switchboard/migrations/migrate'
import { startPostgres } from '@switchboard/postgres-embedded'
import { testDatabase } from '@switchboard/test-postgres'
import { join } from 'node:path'
import t from 'tap'
import { choreDrills, choreSizes, type ChoreGround } from './chores.ts'

const cases = {
  silent: 'a webhook that falls silent is told of within two looks, and nothing is missing or doubled afterwards',
  kill: 'events are exact when the hub is killed while it reads them',
  reminders: 'two hubs of which one dies remind everybody of each appointment once, and of none that was cancelled',
  sydney: 'no reminder is an hour off, and no day has wrong hours, when the clocks of Sydney are moved',
  berlin: 'no reminder is an hour off, and no day has wrong hours, when the clocks of Berlin are moved',
  steps: 'a clock of the hub that jumps an hour ahead or back sends nothing twice and loses nothing',
}

for (const [name, what] of Object.entries(cases)) {
  t.test(what, { timeout: 150_000 }, async t => {
    const { url: databaseUrl } = await testDatabase(t)
    const server = { current: undefined as never, dataDir: '' }
    const outcome = await choreDrills[name]?.({ databaseUrl, dataDir: t.testdir(), server }, choreSizes.short)
    t.same(outcome?.broken, [], JSON.stringify(outcome?.report))
  })
}

t.test(
  'jobs, reminders and messages go on when the database comes back, none lost and none twice',
  { timeout: 200_000 },
  async t => {
    const dataDir = t.testdir()
    const place = join(dataDir, 'pg')
    const current = await startPostgres({ dataDir: place, log: silentLog(), durable: false })
    const ground: ChoreGround = { databaseUrl: current.url, dataDir, server: { current, dataDir: place } }
    t.teardown(() => ground.server.current.stop({ force: true }))
    await migrate(current.url)
    const outcome = await choreDrills['outage']?.(ground, choreSizes.short)
    t.same(outcome?.broken, [], JSON.stringify(outcome?.report))
  },
)
