import { messageOf, type Log } from '@switchboard/core'

/** Something that is done over and over. */
export interface Chore {
  /** Stops after what is under way. */
  stop(): Promise<void>
}

/** Does `work` again and again with a pause in between, never twice at once, until stopped. What it throws is logged. */
export function repeat(name: string, pauseMs: number, work: () => Promise<void>, log: Log): Chore {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let isFailing = false
  const round = async (): Promise<void> => {
    try {
      await work()
      isFailing = false
    } catch (error) {
      if (!isFailing) log.warn({ chore: name, error: messageOf(error) }, 'gateway chore failed and will be tried again')
      isFailing = true
    }
    if (!isStopped) timer = setTimeout(begin, pauseMs)
  }
  let underWay: Promise<void> = Promise.resolve()
  const begin = (): void => {
    underWay = round()
  }
  begin()
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      return underWay
    },
  }
}
