import type { Test } from 'tap'
import { failing } from './jobs-failing.ts'
import { running } from './jobs-running.ts'
import type { MakeHub } from './jobs-scene.ts'
import { scheduling } from './jobs-scheduling.ts'
import { together } from './jobs-together.ts'

export { until, type JobsInstance, type MakeHub } from './jobs-scene.ts'

/** What the suite is run on. */
export interface JobsSubject {
  name: string
  /**
   * Makes an empty place to keep jobs in. Each call of what it returns is one more hub on that place, gone at the end of the
   * test. They look for work every 100 ms at least, and repeat a failed job within a second at first.
   */
  start(t: Test): Promise<MakeHub>
}

/** Every implementation of `JobsPort` passes this suite. */
export function jobsContract(t: Test, subject: JobsSubject): void {
  for (const [behaviour, check] of [...running, ...scheduling, ...failing, ...together])
    t.test(`${subject.name}: ${behaviour}`, async t => check(t, await subject.start(t)))
}
