import {
  canonicalEmail,
  cleanEmail,
  cleanPhone,
  type Correspondent,
  type Message,
  type MessageKind,
  type Region,
} from '@switchboard/core'

/** The one form of a phone number or an email address, however it was written; anything else as it is, in lower case. */
export function normalHandle(written: string, region: Region): string {
  const plain = written.trim().replace(/^(whatsapp|messenger|tel|mailto|sms):/i, '')
  const email = plain.includes('@') ? cleanEmail(plain) : null
  if (email !== null) return canonicalEmail(email)
  return cleanPhone(plain, region) ?? plain.toLowerCase()
}

/** The two ends of a message: the person's, and ours. */
export interface Ends {
  them: Correspondent | null
  us: Correspondent | null
}

/** Who wrote to whom, seen from here. */
export function endsOf({ direction, from, to }: Message): Ends {
  const [first = null] = to
  return direction === 'inbound' ? { them: from, us: first } : { them: first, us: from }
}

/** What makes two messages one conversation: the vendor's own id, or else the two ends. */
export function keyOf(
  vendor: { conversationId: string | null; kind: MessageKind },
  handle: string | null,
  line: string | null,
): string {
  return vendor.conversationId ?? `${vendor.kind}|${line ?? ''}|${handle ?? ''}`
}
