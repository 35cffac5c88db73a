/** What waits for its turn. */
interface Waiting<Item> {
  items: readonly Item[]
  done(): void
  failed(error: unknown): void
}

/**
 * Does `work` for many at once: what comes while it is under way is done together afterwards, in the order it came. A failure is told to all whose
 * items were in it.
 */
export function gathered<Item>(
  most: number,
  work: (items: Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let waiting: Waiting<Item>[] = []
  let isUnderWay = false
  const run = async (): Promise<void> => {
    isUnderWay = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        await work(batch.flatMap(({ items }) => items))
        for (const { done } of batch) done()
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    isUnderWay = false
  }
  return items =>
    new Promise((done, failed) => {
      waiting.push({ items, done, failed })
      if (!isUnderWay) void run()
    })
}
