import { setTimeout as sleep } from 'node:timers/promises'
import { after, second } from '../model/time.ts'

/** Who asks for our health: a load balancer, which sends requests here until it was told that we stop. */
export interface Onlookers {
  /** Somebody asked, and was told whether requests should be sent here. */
  asked(isReady: boolean): void
  /** Waits until whoever has asked lately was told often enough that we stop; at once when nobody asks. */
  told(): Promise<void>
}

/** Load balancers ask every few seconds at the least; who has not asked for so long does not. */
const latelyMs = 10 * second
/** So often a load balancer may want to be told. */
const timesTold = 3
const patienceMs = 2.5 * second

/** Keeps an eye on who keeps an eye on us. */
export function makeOnlookers(now: () => Date): Onlookers {
  let lastAskedAt = new Date(0)
  let told = 0
  return {
    asked: isReady => {
      lastAskedAt = now()
      told = isReady ? 0 : told + 1
    },
    told: async () => {
      const isWatched = lastAskedAt > after(now(), -latelyMs)
      const until = after(now(), patienceMs)
      told = 0
      while (isWatched && told < timesTold && now() < until) await sleep(20)
    },
  }
}
