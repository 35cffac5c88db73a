/** The leaky bucket of query cost points. */
export interface Bucket {
  /** Takes `charge` points if `requested` are there. */
  take(requested: number, charge: number): boolean
  /** Empties it. */
  drain(): void
  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number }
}

const restoreRate = 100
const maximumAvailable = 2000

/** A full bucket that fills by 100 points a second of the given clock. */
export function bucketOf(now: () => Date): Bucket {
  let available = maximumAvailable
  let filledAt = now().getTime()
  const fill = (): void => {
    const at = now().getTime()
    available = Math.min(maximumAvailable, available + Math.max(0, ((at - filledAt) / 1000) * restoreRate))
    filledAt = at
  }
  return {
    take(requested, charge) {
      fill()
      if (available < requested) return false
      available -= charge
      return true
    },
    drain() {
      fill()
      available = 0
    },
    status() {
      fill()
      return { maximumAvailable, currentlyAvailable: Math.floor(available), restoreRate }
    },
  }
}
