import { HubError } from '../model/errors.ts'
import type { Hint, Record } from '../model/record.ts'
import type { Events } from '../ports/events.ts'
import type { SourcePort } from '../ports/source.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import type { BatchHandler } from '../store/inbox.ts'
import { storeRecords } from './records.ts'

/** What reading sources' deliveries takes. */
export interface DeliverySettings {
  sources: ReadonlyMap<string, SourcePort>
  events: Events
  now(): Date
}

/** Reads the deliveries of sources: records as they came, hints by asking the vendor, and both stored as a pull would. */
export function sourceDeliveries({ sources, events, now }: DeliverySettings): BatchHandler {
  return async requests => {
    const bySource = new Map<string, Record[]>()
    const unread = new Map<number, unknown>()
    for (const [index, request] of requests.entries()) {
      try {
        const records = await recordsOf(sources, request)
        bySource.set(request.adapter, [...(bySource.get(request.adapter) ?? []), ...records])
      } catch (error) {
        unread.set(index, error)
      }
    }
    return {
      unread,
      apply: async tx => {
        for (const [source, records] of bySource) {
          const changed = await storeRecords(tx, source, records, now())
          if (changed > 0) await events.publish(tx, 'records.changed', { source, count: changed })
        }
      },
    }
  }
}

async function recordsOf(sources: DeliverySettings['sources'], request: WebhookRequest): Promise<Record[]> {
  const source = sources.get(request.adapter)
  if (!source?.webhook)
    throw new HubError('unavailable', `${request.adapter} is off: switch it on, then replay the delivery`)
  const records: Record[] = []
  for (const item of source.webhook(request)) {
    const record = isHint(item) ? await source.read?.(item.hint) : item
    if (record) records.push(record)
  }
  return records
}

function isHint(item: Hint | Record): item is Hint {
  return 'hint' in item
}
