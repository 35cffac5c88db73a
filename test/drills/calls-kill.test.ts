import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { killCases } from './calls-kill-cases.ts'
import { killDrill } from './calls-kill.ts'

const moments = ['DialingStaff dial after', 'StaffJoined commit before', 'AddingCallerToConference redirect before']

t.test(
  'a hub killed with -9 goes on with the call after its restart, and the vendor does nothing twice',
  { timeout: 200_000 },
  async t => {
    const { url } = await testDatabase(t)
    const cases = killCases.filter(({ state, moment, when }) => moments.includes(`${state} ${moment} ${when}`))
    t.equal(cases.length, moments.length)
    for (const { state, moment, when, ...came } of await killDrill({ databaseUrl: url, dataDir: t.testdir(), cases }))
      t.match(came, { isRight: true, end: 'answered', doubled: [] }, `killed ${when} the ${moment} in ${state}`)
  },
)
