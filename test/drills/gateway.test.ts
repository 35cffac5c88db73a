import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { gatewayDrill, gatewayTroubles } from './gateway.ts'

t.test('bad networks, bad clients and restarts cost nobody an event', { timeout: 280_000 }, async t => {
  const { url: databaseUrl } = await testDatabase(t)
  const report = await gatewayDrill({
    ...{ databaseUrl, dataDir: t.testdir() },
    cuts: { clients: 20, staff: 4, seconds: 6, everyMs: 3_000, cutMs: 500, restartAt: [1] },
    herd: { clients: 50, staff: 4 },
    deaf: { others: 4, seconds: 3, rounds: 1 },
    fuzz: { frames: 1_000, seed: 5 },
  })
  t.same(gatewayTroubles(report), [])
  t.ok(report.cuts.published > 0 && report.cuts.heard > 0 && report.cuts.comebacks >= 20)
  t.equal(report.herd.resumed, 50, 'all who were dropped at once are back where they were')
})
