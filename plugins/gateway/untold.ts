import { second, type Hub, type StaffId } from '@switchboard/core'

/** People of whom something is still to be told. */
export interface Untold {
  add(staffIds: Iterable<StaffId>): void
  /** Tells what is left, and no more. */
  stop(): Promise<void>
}

/** So often at the most one person is told of. */
const everyMs = second

/** Tells of people soon, of many together; of the same person again only after a while, when more of their devices come back. */
export function keepUntold({ now }: Pick<Hub, 'now'>, tell: (staffIds: readonly StaffId[]) => Promise<void>): Untold {
  const waiting = new Map<StaffId, number>()
  const told = new Map<StaffId, number>()
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | null = null
  let isStopped = false
  const next = (): StaffId[] => {
    const at = now().getTime()
    const due = [...waiting].flatMap(([staffId, dueAt]) => (dueAt <= at || isStopped ? staffId : []))
    for (const staffId of due) {
      waiting.delete(staffId)
      told.set(staffId, at)
    }
    return due
  }
  const work = async (): Promise<void> => {
    for (let due = next(); due.length > 0; due = next()) await tell(due)
    for (const [staffId, at] of told) if (at + everyMs <= now().getTime()) told.delete(staffId)
  }
  const begin = (): void => {
    clearTimeout(timer)
    underWay ??= work().finally(() => {
      underWay = null
      if (waiting.size > 0 && !isStopped) timer = setTimeout(begin, everyMs / 4)
    })
  }
  return {
    add: staffIds => {
      for (const staffId of staffIds)
        if (!waiting.has(staffId)) waiting.set(staffId, (told.get(staffId) ?? -Infinity) + everyMs)
      if (!isStopped) begin()
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await underWay
      await work()
    },
  }
}
