/** What a client knows when it could not connect, or was cut off. */
export interface Outage {
  /** Tries that came to nothing before this one. */
  failures: number
  /** How long it has been away. */
  awayMs: number
}

const firstMs = 500

/**
 * How long to wait before the next try, at the most: twice as long each time. A few short pauses that chance had follow one another quickly, and then a
 * long one would go on when the hub is back for long: so no longer than half of what the outage took, or a second.
 * @param atMostMs never longer than this
 */
export function pauseAtMost({ failures, awayMs }: Outage, atMostMs: number): number {
  return Math.min(firstMs * 2 ** failures, Math.max(2 * firstMs, awayMs / 2), atMostMs)
}
