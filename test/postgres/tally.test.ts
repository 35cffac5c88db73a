import t from 'tap'
import { tallyOf } from './tally.ts'

const whole = `# Subtest: a.test.ts
    # Subtest: a test with two assertions
        ok 1 - one
        ok 2 - two
        1..2
    ok 1 - a test with two assertions # time=8.583ms

    # Subtest: outer
        # Subtest: inner
            ok 1 - fine
            not ok 2 - should be equal
              ---
              diff: |
                -1
                +2
              ...
            1..2
        not ok 1 - inner
        1..1
    not ok 2 - outer

    ok 3 - needs root # SKIP not root
    1..3
not ok 1 - a.test.ts
# Subtest: b.test.ts
    1..0 # no tests found
not ok 2 - b.test.ts
  ---
  exitCode: 7
  ...
1..2
# { total: 6, pass: 3, fail: 2, skip: 1 }
`

t.test('tests are counted, not assertions, and a file that crashed is a failed test', async t => {
  const { passed, failed } = tallyOf(whole)
  t.same({ passed, failed }, { passed: 1, failed: 2 })
})

t.test('a failure is told with its whole name and its difference, a crash with its exit code', async t => {
  const [first, second, ...more] = tallyOf(whole).failures
  t.equal(first, 'a.test.ts > outer > inner > should be equal\n    -1\n    +2')
  t.equal(second, 'b.test.ts\n    7')
  t.same(more, [])
})

t.test('a skipped test is told with its reason and counts as neither', async t => {
  t.same(tallyOf(whole).skips, ['a.test.ts > needs root: not root'])
})

t.test('output that breaks off is a failure, also when everything before it passed', async t => {
  t.same(tallyOf('ok 1 - fine\n').failed, 1)
  t.same(tallyOf('').failed, 1)
})
