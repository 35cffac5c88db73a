import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { leaveHub, runCommand, standIn, type Asked } from './test-command.ts'

const call = {
  ...{ callId: 'c1', at: '2026-11-20T01:00:00.000Z', from: '+61412345678', line: '+61255501234' },
  ...{
    was: ['rings Alex', 'rings Sam'],
    would: ['rings Sam'],
    isChanged: true,
    notes: ['whether Kim would answer is not known'],
  },
}
const same = { ...call, from: null, would: call.was, isChanged: false, notes: [] }

/** A hub that answers a replay with these calls. */
async function hubWith(t: Test, items: object[], status = 200) {
  const asked: Asked[] = []
  const changed = items.filter(item => (item as typeof call).isChanged).length
  const body =
    status === 200
      ? { version: 3, changed, isCut: false, items, notes: ['turns are counted'] }
      : { detail: 'settings.teams: no' }
  const url = await standIn(t, one => (asked.push(one), { status, body }))
  const dataDir = t.testdir()
  await leaveHub(dataDir, url)
  const run = (...args: string[]) => runCommand(t, ['routing', 'replay', ...args], { DATA_DIR: dataDir })
  return { asked, run, dataDir }
}

t.test('a replay shows what would change as a table, and ends with 1', async t => {
  const { run, asked, dataDir } = await hubWith(t, [call, same])
  const file = join(dataDir, 'rules.yaml')
  await writeFile(file, 'teams: {sales: {staff: [a]}}\n')
  const { code, stdout } = await run('--from', '2026-11-20', '--to', '2026-11-21', '--settings', file)
  t.equal(code, 1)
  t.match(stdout, /\+61412345678 {2}\+61255501234 {2}rings Alex → rings Sam {2}rings Sam {2}whether Kim/)
  t.notMatch(stdout, /withheld/)
  t.match(stdout, /1 of 2 calls would go differently\.\nNote: turns are counted\./)
  t.match(JSON.parse(asked[0]!.body), { settings: { teams: { sales: { staff: ['a'] } } }, limit: 500 })
})

t.test('nothing would change: it ends with 0, and shows such calls only when asked to', async t => {
  const { run } = await hubWith(t, [same])
  const plain = await run('--from', '3 days')
  t.same([plain.code, plain.stdout.includes('withheld')], [0, false])
  const all = await run('--from', '3 days', '--all')
  t.match(all.stdout, /withheld .* the same/)
  t.match(JSON.parse((await run('--from', '3 days', '--json')).stdout), { version: 3, changed: 0 })
})

t.test('what cannot be told ends with 2, with the reason', async t => {
  const { run } = await hubWith(t, [], 400)
  const refused = await run('--from', '3 days')
  t.same([refused.code, refused.stderr.trim()], [2, 'settings.teams: no'])
  t.match(await run('--from', 'someday'), { code: 2, stderr: /--from/ })
  t.match(await run('--from', '3 days', '--settings', '/no/such/file'), { code: 2, stderr: /--settings: ENOENT/ })
  const gone = await runCommand(t, ['routing', 'replay', '--from', '3 days'], { DATA_DIR: t.testdir() })
  t.match(gone, { code: 2, stderr: /no hub runs/ })
})
