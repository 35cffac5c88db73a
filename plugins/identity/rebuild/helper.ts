import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Errand } from './helper-worker.ts'
import type { Part } from './read-part.ts'
import type { WrittenNew } from './write-new.ts'

/** A second thread for a rebuild, which is started when it is first needed. One errand at a time. */
export interface Helper {
  read(charge: Extract<Errand, { read: unknown }>['read']): Promise<Part>
  write(charge: Extract<Errand, { write: unknown }>['write']): Promise<WrittenNew>
  /** Ends the thread, and whatever it does. */
  end(): Promise<void>
}

/** Most of what it makes is soon forgotten: with less room for it, a third of the time would go into collecting garbage. */
const maxYoungGenerationSizeMb = 192

/** Makes a helper; its thread is not started yet. */
export function openHelper(): Helper {
  let worker: Worker | undefined
  const ask = async (errand: Errand): Promise<unknown> => {
    worker ??= new Worker(new URL('./helper-worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb },
    })
    const answer = once(worker, 'message')
    worker.postMessage(errand)
    const [made] = (await answer) as [unknown]
    return made
  }
  return {
    read: async charge => (await ask({ read: charge })) as Part,
    write: async charge => (await ask({ write: charge })) as WrittenNew,
    end: async () => void (await worker?.terminate()),
  }
}
