import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { gatewayDrill } from './gateway.ts'

t.test('bad networks, bad clients and restarts cost nobody an event', { timeout: 280_000 }, async t => {
  const { url: databaseUrl } = await testDatabase(t)
  const report = await gatewayDrill({
    ...{ databaseUrl, dataDir: t.testdir() },
    cuts: { clients: 20, staff: 4, seconds: 6, everyMs: 3_000, cutMs: 500, restartAt: [1] },
    herd: { clients: 50, staff: 4 },
    deaf: { others: 4, seconds: 1 },
    fuzz: { frames: 1_000, seed: 5 },
  })
  for (const { what, expected, seen } of report.refusals) t.equal(seen, expected, what)
  t.match(report.fuzz, { isAlive: true, errors: 0, bystanderHeard: 1 }, 'nonsense is nothing to others')
  t.equal(report.deaf.closedWith, 4008, 'a client that does not read is closed')
  t.match(report.cuts, { missing: 0, wrong: 0, forgotten: 0 }, 'who was cut off heard everything, once and in order')
  t.ok(report.cuts.published > 0 && report.cuts.heard > 0 && report.cuts.comebacks >= 20)
  t.equal(report.herd.resumed, 50, 'all who were dropped at once are back where they were')
})
