/** Keeps what can be made again, for a while, for every hub that shares it. What is kept may be gone at any time; none of this ever throws because the place is away. */
export interface CachePort {
  /** Whether other hubs see what this one keeps. */
  isShared: boolean
  /** What is kept under a key: plain JSON, as it was given; undefined when there is nothing. */
  get(key: string): Promise<unknown>
  /** Keeps plain JSON (not undefined) for `ttlMs` at the most; what was there is replaced. */
  set(key: string, value: unknown, ttlMs: number): Promise<void>
  /** Forgets a key. Forgetting one that is not there does no harm. */
  remove(key: string): Promise<void>
  /** Forgets every key that begins with this text. For rare occasions: all keys there are may be looked at. */
  removeAll(prefix: string): Promise<void>
  /**
   * Counts `by` (default 1) towards a key, for windows of `windowMs` that begin with the first count.
   * @returns the count with this one, and when the window ends; null when the place is away, so nothing was counted
   */
  count(key: string, windowMs: number, by?: number): Promise<Counted | null>
  /**
   * What is kept under a key; else what `make` gives, kept for `ttlMs`. Whoever asks on this hub while it is being made waits for that one; with
   * hubs that share the cache, as a rule only one of them makes it. Undefined is given to all who wait and not kept.
   * @throws what `make` throws, to all who waited; nothing is kept then
   */
  remember<T>(key: string, ttlMs: number, make: () => Promise<T>): Promise<T>
}

/** A count within a window. */
export interface Counted {
  count: number
  /** In how many milliseconds the window ends. */
  endsInMs: number
}
