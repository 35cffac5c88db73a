import { randomOf, seedOf } from './random.ts'

/**
 * Everything that can go wrong with a vendor, by name. A simulator applies those that make sense to it.
 * Of its answers: `status429`, `status5xx`, `htmlError`, `slow`, `cut`, `truncatedJson`, `tokenExpired`, `shiftedPage`, `clockSkew`; and of those to
 * what was done all the same: `unanswered` (the connection is cut), `answeredLate` (after `lateMs`).
 * Of its webhooks: `duplicate`, `reorder`, `delay`, `drop`, `silentWebhook`; and besides the true ones, `forged` and `staleSignature`.
 */
export const faultNames = [
  'duplicate',
  'reorder',
  'delay',
  'drop',
  'status429',
  'status5xx',
  'htmlError',
  'slow',
  'cut',
  'tokenExpired',
  'clockSkew',
  'silentWebhook',
  'truncatedJson',
  'shiftedPage',
  'forged',
  'staleSignature',
  'unanswered',
  'answeredLate',
] as const

export type FaultName = (typeof faultNames)[number]

/** How likely each fault is, 0 to 1, each time it could happen; and how large those with a size are. */
export type FaultSettings = { [Name in FaultName]: number } & {
  /** How late a delayed webhook is sent. */
  delayMs: number
  /** How long a slow answer takes. */
  slowMs: number
  /** How late an answer is while `answeredLate` is on. */
  lateMs: number
  /** How far the vendor's clock is ahead of ours while `clockSkew` is on. */
  skewMs: number
  /** What a 429 asks for in `Retry-After`. */
  retryAfterSeconds: number
}

/** The fault switches of one running simulator. */
export interface Faults {
  /** How they are set. */
  get(): FaultSettings
  /** Changes some; the others stay. @throws RangeError for an unknown name or a value out of range */
  set(change: Partial<FaultSettings>): void
  /** Makes a fault happen the next time it could, or the next few times, whatever its probability. */
  force(name: FaultName, times?: number): void
  /** Turns everything off. */
  clear(): void
  /** Whether this fault happens now: a seeded draw. */
  strikes(name: FaultName): boolean
}

const calm: FaultSettings = {
  ...(Object.fromEntries(faultNames.map(name => [name, 0])) as {
    [Name in FaultName]: number
  }),
  delayMs: 200,
  slowMs: 2000,
  lateMs: 20_000,
  skewMs: 600_000,
  retryAfterSeconds: 1,
}

/** Fault switches, all off. The same seed and the same questions give the same faults. */
export function faultsOf(seed: number, initial: Partial<FaultSettings> = {}): Faults {
  const random = randomOf(seedOf(seed, 'faults'))
  const late = randomOf(seedOf(seed, 'faults of answers'))
  const forced = new Map<FaultName, number>()
  let settings = checked({ ...calm, ...initial })
  const isForced = (name: FaultName): boolean => {
    const left = forced.get(name) ?? 0
    forced.set(name, Math.max(0, left - 1))
    return left > 0
  }
  return {
    get: () => ({ ...settings }),
    set: change => void (settings = checked({ ...settings, ...change })),
    force: (name, times = 1) => void forced.set(name, times),
    clear() {
      settings = calm
      forced.clear()
    },
    strikes(name) {
      // Those that came last draw from a chance of their own: the others' draws stay what they were.
      const isByChance = (isAnswersEnd(name) ? late : random).chance(settings[name])
      return isForced(name) || isByChance
    },
  }
}

function isAnswersEnd(name: FaultName): boolean {
  return name === 'unanswered' || name === 'answeredLate'
}

function checked(settings: FaultSettings): FaultSettings {
  for (const [name, value] of Object.entries(settings)) {
    if (!(name in calm)) throw new RangeError(`there is no fault "${name}"; there are ${Object.keys(calm).join(', ')}`)
    const isRate = faultNames.some(fault => fault === name)
    const isFine = typeof value === 'number' && value >= 0 && (!isRate || value <= 1)
    if (!isFine) throw new RangeError(`fault "${name}" must be ${isRate ? 'from 0 to 1' : 'a number, not negative'}`)
  }
  return settings
}
