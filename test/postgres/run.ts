import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { tallyOf } from './tally.ts'
import { serverVariable, startTestServer } from './test-server.ts'

/*
 * Runs the tests of all packages, or of those the arguments choose (they are turbo's: `npm test -- --filter=@switchboard/core`),
 * on one database server, and says how they went. The last line is "N passed, N failed".
 */

const root = join(import.meta.dirname, '../..')
const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo')
const args = [turbo, 'run', 'test', '--continue', ...process.argv.slice(2)]
const env = { TAP_REPORTER: '@switchboard/test-postgres/reporter', ...process.env, TURBO_TELEMETRY_DISABLED: '1' }

const packages = chosen()
for (const name of packages) rmSync(resultsOf(name), { force: true })
const server = await startTestServer()
process.once('exit', () => server.abandon())
const exitCode = await run().finally(() => server.stop())
process.exitCode = report() > 0 ? exitCode || 1 : exitCode

/** The directories of the packages whose tests this run is about. */
function chosen(): string[] {
  const stdio = ['ignore' as const, 'pipe' as const, 'inherit' as const]
  const plan = spawnSync(process.execPath, [...args, '--dry=json'], { cwd: root, env, encoding: 'utf8', stdio })
  if (plan.status !== 0) process.exit(1)
  const { tasks } = JSON.parse(plan.stdout) as { tasks: { task: string; directory: string; command: string }[] }
  return tasks.filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>').map(task => task.directory)
}

/** Where `reporter.ts` leaves the results of a package, and turbo those of an earlier run that still hold. */
function resultsOf(name: string): string {
  return join(root, name, '.tap/results.tap')
}

/** Runs turbo to its end. It gets the signals of the terminal itself; the server stays until it is through. A run that was stopped has failed. */
function run(): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env, [serverVariable]: server.url },
    stdio: 'inherit',
  })
  const stopped = new Promise<number>(resolve => {
    process.on('SIGINT', () => resolve(130))
    process.on('SIGTERM', () => resolve(child.kill('SIGTERM') ? 143 : 1))
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(Promise.race([stopped, Promise.resolve(code ?? 1)])))
  })
}

/** Prints what was skipped, what failed and the counts; returns how many failed. */
function report(): number {
  const tallies = packages.map(name => {
    const file = resultsOf(name)
    return { name, ...tallyOf(existsSync(file) ? readFileSync(file, 'utf8') : '') }
  })
  for (const { name, skips } of tallies) for (const skip of skips) console.log(`- skipped ${name}/${skip}`)
  for (const { name, failures } of tallies) for (const failure of failures) console.log(`\n✖ ${name}/${failure}`)
  const total = (what: 'passed' | 'failed') => tallies.reduce((sum, tally) => sum + tally[what], 0)
  // What turbo calls a failure is one, whatever the tests say; and a run of nothing proves nothing.
  const failed = total('failed') || (exitCode === 0 && total('passed') > 0 ? 0 : 1)
  console.log(`\n${total('passed')} passed, ${failed} failed`)
  return failed
}
