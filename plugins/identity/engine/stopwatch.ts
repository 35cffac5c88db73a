/** Runs a step, and keeps how long it took. */
export type Timed = <T>(step: string, run: () => T) => T
/** The same, with what it has kept. */
export type Clock = Timed & { timings: { step: string; ms: number }[] }

const stepNames = ['collapse', 'count', 'block', 'learn names', 'compare', 'train', 'weigh', 'cluster', 'attach']

/** Starts to measure steps. @param progress told as each begins: its name and the share of the work that is done */
export function stopwatch(progress: ((step: string, share: number) => void) | undefined): Clock {
  const timings: Clock['timings'] = []
  const timed = <T>(step: string, run: () => T): T => {
    progress?.(step, stepNames.indexOf(step) / stepNames.length)
    const start = performance.now()
    const result = run()
    timings.push({ step, ms: performance.now() - start })
    return result
  }
  return Object.assign(timed, { timings })
}
