import { z } from '@switchboard/core'

const time = z.iso.datetime({ offset: true })

const progress = z.object({
  rows: z.number(),
  /** Null where the vendor does not tell how many there are. */
  total: z.number().nullable(),
  startedAt: time,
  /** The beginning, where the last reading stopped, or a time. */
  from: z.string(),
})

/** How one source of the running hub is doing, as `/api/sources` tells it; what no command shows is passed through. */
export const sourceState = z.looseObject({
  name: z.string(),
  isReading: z.boolean(),
  progress: progress.nullable(),
  lastStartedAt: time.nullable(),
  lastSuccessAt: time.nullable(),
  lagSeconds: z.number().nullable(),
  lastResult: z
    .object({ pages: z.number(), rows: z.number(), changed: z.number(), unreadable: z.number(), tookMs: z.number() })
    .nullable(),
  records: z.number(),
  unreadable: z.number(),
  error: z.string().nullable(),
  errorAt: time.nullable(),
  /** The poll finds what no webhook announced. */
  isSilent: z.boolean(),
  /** How many rows that were. */
  unannounced: z.number(),
  /** How far the vendor's clock is ahead of ours. */
  skewMs: z.number().nullable(),
  alerts: z.array(z.object({ key: z.string(), message: z.string(), since: time })),
})

export type SourceState = z.output<typeof sourceState>

/** What `GET /api/sources` answers. */
export const sourceStates = z.object({ sources: z.array(sourceState) })
