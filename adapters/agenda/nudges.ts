import { toJobId, type NotificationChannel, type NotificationHandler } from 'agenda'

/** Has Agenda look for due jobs out of turn. */
export interface Nudges {
  /** What Agenda listens to while it runs. */
  channel: NotificationChannel
  /** There may be something to take: a job was asked for, or one ended and made room for others. Several at once are one. */
  nudge(): void
}

/** Makes nudges. `due`: the names of jobs that there may be something to take of. */
export function makeNudges(due: () => Promise<readonly string[]>): Nudges {
  const heard = new Set<NotificationHandler>()
  let isComing = false
  const tell = async (): Promise<void> => {
    isComing = false
    if (heard.size === 0) return
    const facts = { jobId: toJobId(''), nextRunAt: null, priority: 0, timestamp: new Date(0) }
    // What cannot be asked for now is found by the next look.
    for (const jobName of await due().catch(() => [])) for (const hear of heard) void hear({ ...facts, jobName })
  }
  // Agenda counts a run as over only after it has told of its end.
  const nudge = (): void => {
    if (!isComing) setImmediate(() => void tell())
    isComing = true
  }
  const nothing = async (): Promise<void> => {}
  const channel: NotificationChannel = {
    ...{ state: 'connected', connect: nothing, on: () => channel, off: () => channel },
    disconnect: async () => heard.clear(),
    subscribe: handler => {
      heard.add(handler)
      return () => void heard.delete(handler)
    },
    publish: nothing,
  }
  return { channel, nudge }
}
