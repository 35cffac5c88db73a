import { z, type CallerPromise } from '@switchboard/core'
import { reasons, type OpenPromise } from './store.ts'

/** A promise as the API shows it. */
export const PromiseShown = z.object({
  id: z.string(),
  state: z.enum(['open', 'closed']),
  number: z.string(),
  profileId: z.string().nullable(),
  reason: z.enum(reasons),
  asked: z.int().meta({ description: 'how often they called in vain since it was opened' }),
  callId: z.string().meta({ description: 'the call that opened it' }),
  lastCallId: z.string(),
  line: z.string(),
  ownerId: z.string().nullable().meta({ description: 'who is to call back; null: anybody' }),
  since: z.date().meta({ description: 'when they began to wait: their place goes by it' }),
  dueAt: z.date(),
  openedAt: z.date(),
  closedAt: z.date().nullable(),
  closedBecause: z.string().nullable(),
})

/** A promise for the API. */
export function showPromise({ waitsSince, ...promise }: OpenPromise): z.output<typeof PromiseShown> {
  return { ...promise, since: waitsSince, state: promise.closedAt ? 'closed' : 'open' }
}

/** A promise for the caller's card. */
export function onCard({ id, reason, asked, ownerId, waitsSince, dueAt }: OpenPromise): CallerPromise {
  return { id, reason, asked, ownerId, since: waitsSince.toISOString(), dueAt: dueAt.toISOString() }
}
