/** How far a message has come. */
export type MessageStatus =
  | 'received'
  | 'queued'
  | 'scheduled'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'undelivered'
  | 'failed'
  | 'canceled'

/** Reports come in any order: one of a lower rank is older news. Ranks of 4 and more are final but for `delivered` becoming `read`. */
const ranks: Readonly<globalThis.Record<MessageStatus, number>> = {
  scheduled: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  received: 4,
  delivered: 4,
  undelivered: 4,
  failed: 4,
  canceled: 4,
  read: 5,
}

/** The truer of two reports about one message, whichever came first. What is final stays: `failed` is never left for `sent`. */
export function laterStatus(known: MessageStatus, told: MessageStatus): MessageStatus {
  const isRead = told === 'read' && known !== 'delivered' && ranks[known] >= 4
  return ranks[told] > ranks[known] && !isRead ? told : known
}

/** By what means a message travels. */
export type MessageKind = 'sms' | 'email' | 'chat' | 'call' | 'note' | 'other'

/** Somebody at one end of a message, as the vendor wrote them. */
export interface Correspondent {
  /** A phone number, an email address, or another handle. */
  handle: string
  name: string | null
  /** The vendor's id of this contact, where it has one. */
  externalId: string | null
}

/** A file that came with a message. Its address may need the vendor's credentials. */
export interface Media {
  url: string
  contentType: string | null
  name: string | null
}

/** One item of a conversation, as the vendor has it now. */
export interface Message {
  /** The vendor's id, the same in every report about it. */
  externalId: string
  /** The vendor's id of the conversation; null where it has none and the two ends are the conversation. */
  conversationId: string | null
  kind: MessageKind
  direction: 'inbound' | 'outbound'
  from: Correspondent | null
  to: Correspondent[]
  subject: string | null
  /** Plain text. Empty where the vendor redacted it. */
  text: string
  media: Media[]
  status: MessageStatus
  /** The vendor's time of the message itself. */
  at: Date
}

/** Why a message did not arrive, or could not be sent. */
export interface MessageTrouble {
  /** The vendor's own code. */
  code: string
  /** `optedOut`: they do not want texts; `badAddress`: never write there again; `later`: may work once more later; `config`: somebody must set something. */
  because: 'optedOut' | 'badAddress' | 'later' | 'config' | 'rejected'
}

/** What a messaging vendor reports, in our words. `eventId` is the same for one event however often and by whichever way it comes. */
export type MessageEvent = { eventId: string; at: Date } & (
  | { type: 'message'; message: Message }
  /** `key` is our own of the send, where the vendor gives it back. */
  | { type: 'status'; externalId: string; key: string | null; status: MessageStatus; trouble: MessageTrouble | null }
  /** These conversations are one now. */
  | { type: 'merged'; conversationId: string; from: string[] }
  /** Somebody does, or no longer does, want texts from `line`. */
  | { type: 'consent'; handle: string; line: string | null; isWanted: boolean }
  /** Another thing that happened in a conversation: kept, and shown by its name. */
  | { type: 'other'; name: string; conversationId: string | null }
)

/** A message to be sent. */
export interface OutboundMessage {
  /** An answer in a conversation of the vendor's; else a new message to `to`. */
  conversationId: string | null
  /** The line or channel it is sent from, as the vendor knows it; null: the adapter's own choice. */
  from: string | null
  to: string[]
  subject: string | null
  text: string
  /** Addresses of files, reachable for the vendor. */
  media: string[]
}

/** What the vendor made of a send. */
export interface Sent {
  /** Null when the vendor names the message only later, in a report that carries the key. */
  externalId: string | null
  status: MessageStatus
}
