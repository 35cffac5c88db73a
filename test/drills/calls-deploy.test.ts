import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { redeployDrill } from './calls-deploy.ts'

t.test(
  'a new hub takes over from the old while people talk: no call is dropped, no webhook fails',
  { timeout: 200_000 },
  async t => {
    const { url } = await testDatabase(t)
    const report = await redeployDrill({ databaseUrl: url, dataDir: t.testdir(), times: 1, calls: 6, proxy: 'own' })
    t.match(report, { dropped: 0, 'dialled twice': 0, 'webhook errors': 0, 'proxy errors': 0 })
    t.ok(report.calls >= 6)
    t.ok(report['longest silence, s'] < 5)
  },
)
