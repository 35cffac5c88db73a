import { Conflict, VendorError, type Hub } from '@switchboard/core'
import t from 'tap'
import { clientSync } from './client-sync.ts'
import { quiet } from './test-records.ts'
import type { Upkeep } from './upkeep.ts'

const counts = { records: 0, candidates: 0, dropped: 0, parked: 0, changed: 0, merged: 0, split: 0, swept: 0 }
const pulled = { pages: 1, rows: 2, changed: 1, unreadable: 0 }

t.test('what changed is matched; everything when asked to', async t => {
  const { job, settled } = chore(async () => pulled)
  t.match(await job.handle({}, signal()), { pages: 2, rows: 4, recordsChanged: 2 })
  await job.handle({ full: true }, signal())
  t.same(settled, ['dirty', 'anew'])
})

t.test(
  'a source that another instance reads is no failure, one that fails is, after the others and the match',
  async t => {
    const { job } = chore(async name => {
      if (name === 'one') throw new Conflict('one is being read')
      return pulled
    })
    t.match(await job.handle({}, signal()), { rows: 2 })
    const failing = chore(async name => {
      if (name === 'one') throw new VendorError('it is down')
      return pulled
    })
    await t.rejects(failing.job.handle({}, signal()), { message: 'one: it is down' })
    t.same(failing.settled, ['dirty'])
  },
)

t.test('a hub that stops reads no further source', async t => {
  const { job, settled } = chore(async () => pulled)
  await t.rejects(job.handle({}, AbortSignal.abort()), { name: 'AbortError' })
  t.same(settled, [])
})

/** The chore over two sources that are pulled as told, and what it had matched. */
function chore(pull: Hub['pull']) {
  const settled: string[] = []
  const settle: Upkeep['settle'] = async scope => {
    settled.push(scope)
    return counts
  }
  const source = { async *changes() {} }
  const hub = {
    sources: new Map([
      ['one', source],
      ['two', source],
    ]),
    pull,
    log: quiet,
  }
  return { job: clientSync(hub, { upkeep: { settle }, asking: { now: async () => {} } }, null), settled }
}

function signal(): AbortSignal {
  return new AbortController().signal
}
