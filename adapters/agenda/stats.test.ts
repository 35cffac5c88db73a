import { test } from 'tap'
import type { JobParameters } from 'agenda'
import { statsOf } from './stats.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 10, minute))
const stats = (defined: string[], rows: JobParameters[]) => statsOf(defined, rows, () => null)
const row = (change: Partial<JobParameters>): JobParameters => ({
  name: 'Sync',
  priority: 0,
  type: 'normal',
  nextRunAt: null,
  data: { input: {}, key: null, result: null },
  ...change,
})

test('a name’s schedule and what is to run once are told as one', async t => {
  const rows = [
    row({ type: 'single', repeatInterval: '5 minutes', nextRunAt: at(9), lastRunAt: at(4), lastFinishedAt: at(5) }),
    row({ nextRunAt: at(7) }),
    row({ lastRunAt: at(6), lastFinishedAt: at(6), data: { input: {}, key: null, result: { rows: 2 } } }),
  ]
  t.same(
    statsOf([], rows, () => 300_000),
    [
      {
        name: 'Sync',
        schedule: '5 minutes',
        everyMs: 300_000,
        isRunning: false,
        nextRunAt: at(7),
        lastRunAt: at(6),
        lastFinishedAt: at(6),
        failedAt: null,
        failReason: null,
        result: { rows: 2 },
      },
    ],
  )
})

test('a failure is told until a later run succeeded', async t => {
  const failed = row({ failedAt: at(3), lastFinishedAt: at(3), failReason: 'no answer' })
  t.match(stats([], [failed]), [{ failedAt: at(3), failReason: 'no answer' }])
  t.match(stats([], [{ ...failed, lastFinishedAt: at(4) }]), [{ failedAt: null, failReason: null }])
  t.match(stats([], [failed, row({ lastFinishedAt: at(5) })]), [{ failedAt: null, failReason: null }])
  t.match(stats([], [failed, row({ lastFinishedAt: at(2) })]), [{ failedAt: at(3) }])
})

test('jobs are told by name, also those that nobody asked for yet, and a job that is switched off has no next run', async t => {
  const names = stats(['Zeta', 'Alpha'], [row({})]).map(({ name }) => name)
  t.same(names, ['Alpha', 'Sync', 'Zeta'])
  t.match(stats([], [row({ disabled: true, nextRunAt: at(1), lockedAt: at(1) })]), [
    { nextRunAt: null, isRunning: true },
  ])
})
