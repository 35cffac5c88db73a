import t from 'tap'
import { patiently } from './patient.ts'

function failing(error: object, times: number): { work(): Promise<string>; done(): number } {
  let done = 0
  return {
    work: async () => {
      if ((done += 1) <= times) throw error
      return 'answered'
    },
    done: () => done,
  }
}

t.test('what fails for a reason that passes is done again, and each failure is told', async t => {
  const busy = new Error('timeout exceeded when trying to connect')
  const passing = [
    busy,
    new Error('wrapped', { cause: busy }),
    new Error('Connection terminated unexpectedly'),
    ...['40P01', '40001', '55P03', '57P01', '08006', 'ECONNREFUSED'].map(code =>
      Object.assign(new Error('x'), { code }),
    ),
  ]
  for (const error of passing) {
    const [told, { work, done }]: [unknown[], ReturnType<typeof failing>] = [[], failing(error, 2)]
    t.equal(await patiently(work, one => told.push(one)), 'answered')
    t.equal(done(), 3)
    t.strictSame(told, [error, error])
  }
})

t.test('what fails for another reason fails at once', async t => {
  const wrong = [new TypeError('no such thing'), Object.assign(new Error('duplicate key'), { code: '23505' })]
  for (const error of wrong) {
    const { work, done } = failing(error, 2)
    await t.rejects(
      patiently(work, () => t.fail('it is not done again')),
      error,
    )
    t.equal(done(), 1)
  }
})

t.test('patience ends', { timeout: 60_000 }, async t => {
  const { work, done } = failing(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }), Infinity)
  await t.rejects(
    patiently(work, () => undefined),
    { code: 'ECONNREFUSED' },
  )
  t.ok(done() > 3)
})
