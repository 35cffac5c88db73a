import type { Store } from '../ports/store.ts'

/** What inbox and outbox work with: eight connections of the store's twelve. */
export function behindTheScenes(store: Store): Store {
  return shareOf(store, 8)
}

/**
 * The same store, of which no more than so many connections are used at once: what is done behind the scenes leaves some for callers, who
 * wait at the other end of the line. Whoever comes when all are in use waits their turn.
 */
export function shareOf(store: Store, connections: number): Store {
  const waiting: (() => void)[] = []
  let free = connections
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>(turn => waiting.push(turn))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
  return {
    read: work => inTurn(() => store.read(work)),
    transact: work => inTurn(() => store.transact(work)),
  }
}
