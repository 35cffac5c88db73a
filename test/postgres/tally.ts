import { Parser, type Result } from 'tap-parser'

/** How the tests of one package went. */
export interface Tally {
  passed: number
  failed: number
  /** Every failed assertion, ready to be printed. */
  failures: string[]
  /** Every skipped test with its reason. */
  skips: string[]
}

/** Counts the tests in one package's TAP. Output that breaks off before its summary counts as a failed test: the run was cut short. */
export function tallyOf(tap: string): Tally {
  const results = resultsIn(tap)
  const cutShort = /^# \{ total: \d+.* \}$/m.test(tap) ? [] : ['the run was cut short']
  const failing = results.filter(({ ok, todo }) => !ok && !todo)
  const failed = new Set(failing.map(testOf))
  const passed = new Set(results.filter(({ ok, skip, todo }) => ok && !skip && !todo).map(testOf)).difference(failed)
  return {
    passed: passed.size,
    failed: failed.size + cutShort.length,
    failures: [...failing.map(describe), ...cutShort],
    skips: results.filter(({ skip }) => skip).map(({ fullname, skip }) => `${fullname}: ${skip}`),
  }
}

function resultsIn(tap: string): Result[] {
  const results: Result[] = []
  const parser = new Parser()
  parser.on('result', result => results.push(result))
  parser.end(tap)
  return results
}

/** The test an assertion belongs to, by its full name. A file that crashed, or a test without assertions, stands for itself. */
function testOf({ fullname, name, closingTestPoint }: Result): string {
  return closingTestPoint ? fullname : fullname.slice(0, -name.length)
}

/** The name, and what a person needs to find the reason. */
function describe({ fullname, diag }: Result): string {
  const facts = ['diff', 'stack', 'source', 'exitCode', 'signal', 'reason']
    .map(name => diag?.[name])
    .filter(fact => fact != null)
  return [fullname, ...facts.map(fact => String(fact).trimEnd().replace(/^/gm, '    '))].join('\n')
}
