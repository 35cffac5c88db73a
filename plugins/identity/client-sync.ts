import { Conflict, messageOf, type Hub, type Job, type JobData } from '@switchboard/core'
import type { Asking } from './reviews/asking.ts'
import type { Upkeep } from './upkeep.ts'

/**
 * The chore that reads every source, matches what changed, and asks people about what is doubtful. A source that fails does not stop the others, and its error is
 * thrown at the end, so that it is seen and the chore is tried again. `skipped` counts sources that somebody else was reading. With `{ full: true }` everything is learned and matched anew.
 */
export function clientSync(
  hub: Pick<Hub, 'sources' | 'pull' | 'log'>,
  { upkeep, asking }: { upkeep: Pick<Upkeep, 'settle'>; asking: Pick<Asking, 'now'> },
  schedule: string | null,
): Job {
  return {
    name: 'ClientSync',
    schedule,
    handle: async ({ full }, signal) => {
      const pulled = { pages: 0, rows: 0, recordsChanged: 0, unreadable: 0, skipped: 0 }
      const failures: Error[] = []
      for (const name of hub.sources.keys()) {
        signal.throwIfAborted()
        await pullOne(hub, name, pulled).catch(error =>
          failures.push(new Error(`${name}: ${messageOf(error)}`, { cause: error })),
        )
      }
      const matched = await upkeep.settle(full === true ? 'anew' : 'dirty', signal)
      await asking.now()
      if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '))
      return { ...pulled, ...matched } satisfies JobData
    },
  }
}

async function pullOne(
  { pull, log }: Pick<Hub, 'pull' | 'log'>,
  name: string,
  sum: Record<string, number>,
): Promise<void> {
  try {
    const { changed, ...counts } = await pull(name)
    for (const [key, count] of Object.entries({ ...counts, recordsChanged: changed }))
      sum[key] = (sum[key] ?? 0) + count
  } catch (error) {
    if (error instanceof Conflict) {
      sum['skipped'] = (sum['skipped'] ?? 0) + 1
      return log.info({ source: name }, 'source is being read already')
    }
    log.error({ source: name, error: messageOf(error) }, 'source could not be read')
    throw error
  }
}
