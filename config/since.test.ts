import t from 'tap'
import { OptionError } from '@switchboard/core'
import { sinceOf } from './since.ts'

const now = new Date('2026-11-21T02:00:00Z')

t.test('a date is its midnight here, a time is itself, a span counts back from now', async t => {
  t.same(sinceOf('2026-11-20', now), new Date(2026, 10, 20))
  t.same(sinceOf('2026-11-20T09:30:00+11:00', now), new Date('2026-11-19T22:30:00Z'))
  t.same(sinceOf('3 days', now), new Date('2026-11-18T02:00:00Z'))
  t.same(sinceOf(' 12 Hours ago ', now), new Date('2026-11-20T14:00:00Z'))
  t.same(sinceOf('1 week', now), new Date('2026-11-14T02:00:00Z'))
  t.same(sinceOf('1.5 minutes', now), new Date('2026-11-21T01:58:30Z'))
})

t.test('anything else, a day no calendar has, and what is to come are refused with examples', async t => {
  for (const text of ['', 'yesterday', '3', '-3 days', '2026-02-30', '2026-13-01', '2026-11-20 09:30', '20/11/2026'])
    t.throws(
      () => sinceOf(text, now),
      { constructor: OptionError, message: /--since: ".*" is no time: say 2026-/ },
      text,
    )
  t.throws(() => sinceOf('2026-12-01', now), { message: /is yet to come/ })
})
