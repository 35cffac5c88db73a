import type { Message, MessageEvent, MessageKind, OutboundMessage, Sent } from '../model/message.ts'
import type { Unreadable } from '../model/record.ts'
import type { SourceHealth } from './source.ts'
import type { WebhookRequest } from './webhook.ts'

/** A vendor that carries texts, emails or chats. */
export interface MessagingPort {
  /** The kinds of conversations it begins with somebody who has not written. Default: texts. */
  begins?: readonly MessageKind[]
  /** A verified delivery in our words, also one kept for days. Unknown reports are `other`, never an error. */
  receive(request: WebhookRequest): MessageEvent[]
  /**
   * Sends a message, once. `key` is ours and the same at each try; it is handed to the vendor where that helps to find the message again.
   * @throws VendorError; with `outcomeUnknown` it may have been sent: ask `find` before trying again. `vendorCode` tells why not
   */
  send(message: OutboundMessage, key: string): Promise<Sent>
  /** Looks for a send whose outcome is unknown, begun at `since`; null when the vendor surely has no such message. Default: it cannot be known. */
  find?(message: OutboundMessage, key: string, since: Date): Promise<Sent | null>
  /**
   * Writes a message that was carried elsewhere into the vendor's own thread, for those who work there. The same `externalId` is
   * written once, so it is safe to repeat. Default: the vendor takes no such messages.
   * @throws VendorError
   */
  keep?(message: Message): Promise<Sent>
  /** Everything that happened since `cursor`, oldest first, for what no webhook told; null begins at the vendor's reach. Safe to repeat. Default: webhooks only. */
  changes?(cursor: string | null): AsyncIterable<MessagePage>
  /** A file that came with a message, by its address as it was told. Default: files stay at the vendor. @throws VendorError */
  media?(url: string): Promise<{ body: Uint8Array; contentType: string }>
  /** Whether the vendor answers, and how far its clock is from ours. Default: not asked. */
  health?(): Promise<SourceHealth>
}

/** Some events and the place to go on from. */
export interface MessagePage {
  events: MessageEvent[]
  /** Items that could not be read: kept and counted; the rest goes on. */
  unreadable: Unreadable[]
  /** Opaque to the hub. */
  cursor: string
}
