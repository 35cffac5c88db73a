import { HubError } from '../model/errors.ts'
import type { Hint, Notice, Record, Redaction, SourceNews } from '../model/record.ts'
import type { Events } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Forget } from '../ports/plugin.ts'
import type { SourcePort } from '../ports/source.ts'
import type { Tx } from '../ports/store.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { raiseAlert } from '../store/alerts.ts'
import type { BatchHandler } from '../store/inbox.ts'
import { markDeleted } from './missing.ts'
import { storeRecords } from './records.ts'
import { redact } from './redact.ts'
import { heardFrom } from './source-state.ts'

/** What reading sources' deliveries takes. */
export interface DeliverySettings {
  sources: ReadonlyMap<string, SourcePort>
  /** Who else holds something of people. Default: nobody. */
  forgetters?: readonly Forget[]
  events: Events
  log: Log
  now(): Date
}

/** What the deliveries of one source came to. */
interface News {
  records: Record[]
  /** Rows that the vendor says it does not have. */
  gone: string[]
  redactions: Redaction[]
  notices: Notice[]
}

/** Reads the deliveries of sources: records as they came, hints by asking the vendor, and both stored as a pull would. */
export function sourceDeliveries(settings: DeliverySettings): BatchHandler {
  return async requests => {
    const bySource = new Map<string, News>()
    const unread = new Map<number, unknown>()
    const asked = new Map<string, Promise<Record | null>>()
    for (const [index, request] of requests.entries()) {
      try {
        const known = bySource.get(request.adapter) ?? { records: [], gone: [], redactions: [], notices: [] }
        const news = await newsOf(settings, request, asked)
        bySource.set(request.adapter, both(known, news))
      } catch (error) {
        unread.set(index, error)
      }
    }
    return {
      unread,
      apply: async tx => {
        for (const [source, news] of bySource) await applyNews(tx, source, news, settings)
      },
    }
  }
}

function both(one: News, other: News): News {
  return {
    records: [...one.records, ...other.records],
    gone: [...one.gone, ...other.gone],
    redactions: [...one.redactions, ...other.redactions],
    notices: [...one.notices, ...other.notices],
  }
}

/** Several hints about one row within a batch are one question. */
async function newsOf(
  { sources }: DeliverySettings,
  request: WebhookRequest,
  asked: Map<string, Promise<Record | null>>,
): Promise<News> {
  const source = sources.get(request.adapter)
  if (!source?.webhook)
    throw new HubError('unavailable', `${request.adapter} is off: switch it on, then replay the delivery`)
  const news: News = { records: [], gone: [], redactions: [], notices: [] }
  for (const item of source.webhook(request)) {
    if (!isHint(item)) sort(item, news)
    else {
      const key = `${request.adapter} ${item.hint}`
      const asking = asked.get(key) ?? Promise.resolve(source.read?.(item.hint) ?? null)
      asked.set(key, asking)
      const record = await asking
      if (record) news.records.push(record)
      else news.gone.push(item.hint)
    }
  }
  return news
}

function sort(item: Exclude<SourceNews, Hint>, news: News): void {
  if ('redact' in item) news.redactions.push(item)
  else if ('notice' in item) news.notices.push(item)
  else news.records.push(item)
}

function isHint(item: SourceNews): item is Hint {
  return 'hint' in item
}

async function applyNews(tx: Tx, source: string, news: News, settings: DeliverySettings): Promise<void> {
  const { events, log } = settings
  const now = settings.now()
  const changed = new Set([
    ...(await storeRecords(tx, { source, now }, news.records)),
    ...(await markDeleted(tx, { source, externalIds: news.gone, now })),
  ])
  for (const redaction of news.redactions) {
    const redacted = await redact(tx, { source, redaction, now })
    for (const externalId of redacted) changed.add(externalId)
    const people = redaction.redact === 'all' ? null : redaction.redact.people
    for (const forget of settings.forgetters ?? []) await forget(tx, { source, externalIds: redacted, people })
    log.info({ source, records: redacted.length }, 'people were redacted')
    await events.publish(tx, 'people.redacted', { source, records: redacted.length, at: now })
  }
  for (const { notice: key, message } of news.notices) {
    const isNew = await raiseAlert(tx, { part: source, key, message }, settings)
    if (isNew) log.error({ source, key, message }, 'somebody has to see to this')
  }
  if (news.records.length + news.gone.length > 0) await heardFrom(tx, source, now)
  if (changed.size > 0) await events.publish(tx, 'records.changed', { source, count: changed.size })
}
