import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { messageDrill, messengerNames, sourceDrill, sourceNames } from './vendors.ts'

const settings = { seed: 3, changes: 200, rate: 0.1 }

for (const name of sourceNames) {
  t.test(
    `${name}: changes come to exactly the right rows with every fault switched on`,
    { timeout: 90_000 },
    async t => {
      const { url: databaseUrl } = await testDatabase(t)
      const report = await sourceDrill(name, { ...settings, databaseUrl, dataDir: t.testdir() })
      t.match(report, { lost: 0, stale: 0, extra: 0, right: report.rows })
    },
  )
}

for (const name of messengerNames) {
  t.test(`${name}: messages come exactly once with every fault switched on`, { timeout: 90_000 }, async t => {
    const { url: databaseUrl } = await testDatabase(t)
    const report = await messageDrill(name, { ...settings, databaseUrl, dataDir: t.testdir() })
    t.match(report, { lost: 0, stale: 0, extra: 0, right: report.rows })
  })
}
