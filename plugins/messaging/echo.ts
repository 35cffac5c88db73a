import { createHash } from 'node:crypto'
import type { Message, MessageEvent, Region, Tx } from '@switchboard/core'
import { writtenAmong } from './event-store.ts'
import { endsOf, normalHandle } from './handle.ts'

/** The mark of a message by the vendor's id. */
export function idMark(externalId: string): string {
  return `written:${externalId}`
}

/** The mark of a message by its person and its words: all that is known of it before the vendor has answered. */
export function markOf(message: Message, region: Region): string {
  const { them } = endsOf(message)
  const words = message.text.replace(/\s+/g, ' ').trim()
  return `written:${createHash('sha256')
    .update(`${normalHandle(them?.handle ?? '', region)} ${words}`)
    .digest('base64url')}`
}

/** The events in which a vendor tells us what we wrote into its conversations ourselves: they are no news. */
export async function echoesIn(
  tx: Tx,
  { vendor, region }: { vendor: string; region: Region },
  events: readonly MessageEvent[],
): Promise<ReadonlySet<string>> {
  const marked = events.flatMap(event =>
    event.type === 'message'
      ? [{ eventId: event.eventId, marks: [idMark(event.message.externalId), markOf(event.message, region)] }]
      : [],
  )
  const written = await writtenAmong(
    tx,
    vendor,
    marked.flatMap(({ marks }) => marks),
  )
  return new Set(marked.flatMap(({ eventId, marks }) => (marks.some(mark => written.has(mark)) ? [eventId] : [])))
}
