/** How much is done at once. */
export interface Batching {
  /** Things in one batch, at the most. */
  atMost: number
  /** Batches under way. */
  width: number
  /** How long the next batch waits for more to come, when some came while others were done. Default: not at all. */
  gatherMs?: number
}

/**
 * Has things that come at almost the same time done together: one alone does not wait, many share the way to the database. A crowd that
 * comes faster than it is dealt with gathers for a moment: many small batches are more work than a few large ones.
 */
export function together<Item, Done>(
  { atMost, width, gatherMs = 0 }: Batching,
  work: (items: readonly Item[]) => Promise<readonly Done[]>,
): (item: Item) => Promise<Done> {
  const waiting: { item: Item; resolve(done: Done): void; reject(error: unknown): void }[] = []
  let underWay = 0
  let isPlanned = false
  const run = async (): Promise<void> => {
    const batch = waiting.splice(0, atMost)
    underWay++
    try {
      const done = await work(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, nth) => resolve(done[nth] as Done))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    underWay--
    plan(gatherMs)
  }
  const plan = (pauseMs: number): void => {
    if (isPlanned || waiting.length === 0 || underWay >= width) return
    isPlanned = true
    if (pauseMs > 0 && waiting.length < atMost) setTimeout(begin, pauseMs)
    else setImmediate(begin)
  }
  const begin = (): void => {
    isPlanned = false
    while (underWay < width && waiting.length > 0) void run()
  }
  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      plan(underWay > 0 ? gatherMs : 0)
    })
}
