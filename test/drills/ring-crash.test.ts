import t from 'tap'
import { crashDuring, type Moment } from './ring-crash.ts'

for (const moment of ['ringing', 'talking'] satisfies Moment[]) {
  t.test(
    `a hub killed with -9 while the call is ${moment} goes on with it after its restart`,
    { timeout: 90_000 },
    async t => {
      const report = await crashDuring(moment, t.testdir())
      t.equal(report.stateAtCrash, moment === 'ringing' ? 'DialingStaff' : 'AllInConference')
      t.equal(report.endState, 'Hungup')
      t.equal(report.outcome, 'answered')
      t.equal(report.dials, 1, 'the staff phone was dialled once')
      t.ok(report.silenceMs < 5_000, 'the caller never heard five seconds of silence')
    },
  )
}
