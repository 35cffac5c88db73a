import { messageOf, type Hub, type Signals, type StaffId, type Tx } from '@switchboard/core'

/** The channel on which hubs hint that there are new frames, by the people they are for. */
const channel = 'gateway'

/** Whose frames to look for; null: anybody's. */
export type Look = (staffIds: ReadonlySet<string> | null) => Promise<void>

/** How a hub learns that another one wrote frames: by hints, and by looking now and then. The tables are the truth. */
export interface Wake {
  start(look: Look): void
  stop(): Promise<void>
}

/** How long to wait, in milliseconds, before looking without a hint. */
const pauses = { whileHinted: 2_000, whileDeaf: 250 } as const

/** Of more people than this, nobody is named: any may have new frames. */
const mostNamed = 100

/** Hints the other hubs, once `tx` has committed, that these people have new frames. */
export function hintFrames(signals: Signals, tx: Tx, staffIds: readonly StaffId[]): void {
  if (staffIds.length === 0) return
  signals.send(tx, channel, staffIds.length > mostNamed ? undefined : staffIds)
}

/** Looks at once for whom another hub hints at, and for everybody every two seconds; four times a second while no hint comes through. */
export function wakeUp({ signals, log }: Pick<Hub, 'signals' | 'log'>): Wake {
  let wanted: ReadonlySet<string> | null = new Set()
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | null = null
  let isStopped = false
  let isFailing = false
  let look: Look = async () => undefined
  let deafen: () => void = () => undefined

  const want = (staffIds: ReadonlySet<string> | null): void => {
    wanted = wanted && staffIds && new Set([...wanted, ...staffIds])
    underWay ??= work().finally(() => (underWay = null))
  }
  /** Looks until nothing is wanted: what is hinted meanwhile is looked for together. A look that failed is made up for by one for everybody. */
  const work = async (): Promise<void> => {
    while (!isStopped && wanted?.size !== 0) {
      const now = wanted
      wanted = new Set()
      const isDone = await attempt(now)
      if (now === null || !isDone) later()
      if (!isDone) return
    }
  }
  const attempt = async (staffIds: ReadonlySet<string> | null): Promise<boolean> => {
    try {
      await look(staffIds)
      isFailing = false
    } catch (error) {
      if (!isFailing) log.warn({ error: messageOf(error) }, 'frames could not be looked for')
      isFailing = true
    }
    return !isFailing
  }
  const later = (): void => {
    clearTimeout(timer)
    if (isStopped) return
    timer = setTimeout(() => want(null), signals.isLive() && !isFailing ? pauses.whileHinted : pauses.whileDeaf)
  }
  return {
    start: given => {
      look = given
      deafen = signals.hear(channel, want)
      want(null)
    },
    stop: async () => {
      isStopped = true
      deafen()
      clearTimeout(timer)
      await underWay
    },
  }
}
