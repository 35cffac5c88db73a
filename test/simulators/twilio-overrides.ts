/** How a webhook is requested: from the fragment of its address, such as `#rc=2&rp=ct,5xx`, over the vendor's defaults. */
export interface Overrides {
  connectMs: number
  readMs: number
  /** For all attempts together. */
  totalMs: number
  /** Attempts after the first. */
  retries: number
  /** What is tried again: `4xx`, `5xx`, `ct` (no connection), `rt` (no answer), `all`. */
  policy: ReadonlySet<string>
}

/** What ended an attempt: an answer's class, no connection, or no answer in time. */
export type Ending = '2xx' | '3xx' | '4xx' | '5xx' | 'ct' | 'rt'

/** Reads connection overrides; what is out of range or unknown is ignored. `capMs` stands for the vendor's 15 s. */
export function overridesOf(url: string, capMs: number): Overrides {
  const given = new URLSearchParams(new URL(url).hash.slice(1))
  const within = (name: string, min: number, max: number, otherwise: number): number => {
    const value = Number(given.get(name) ?? Number.NaN)
    return value >= min && value <= max ? value : otherwise
  }
  return {
    connectMs: Math.min(within('ct', 100, 10_000, 5000), capMs),
    readMs: Math.min(within('rt', 100, 15_000, 15_000), capMs),
    totalMs: Math.min(within('tt', 100, 15_000, 15_000), capMs),
    retries: within('rc', 0, 5, 1),
    policy: new Set((given.get('rp') ?? 'ct').split(',')),
  }
}

/** Whether an attempt that ended so is made again. */
export function isRetried(ending: Ending, { policy }: Overrides): boolean {
  return ending !== '2xx' && (policy.has('all') || policy.has(ending))
}
