import { callsBatch, type BatchSettings } from './calls-batch.ts'

/** A process of its own for a batch: it takes all timers of the process over. Told what to do, and tells what came of it, by messages. */
process.once('message', (settings: BatchSettings) => {
  callsBatch(settings).then(
    report => process.send?.({ report }, () => process.exit(0)),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? error.stack : String(error) }, () => process.exit(1)),
  )
})
