import type { MessageEvent } from '@switchboard/core'

/** Words that opt out and in again, when they are all of a message, in any case: https://www.twilio.com/docs/api/errors/30004 and 23002. */
const stopWords: ReadonlySet<string> = new Set([
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'],
  // Since 29 April 2025.
  ...['REVOKE', 'OPTOUT'],
])
const startWords: ReadonlySet<string> = new Set(['START', 'YES', 'UNSTOP'])

/** A message somebody wrote, as far as it may be about whether they want texts. */
export interface Wish {
  sid: string
  at: Date
  text: string
  from: string
  /** The line it came to. */
  to: string
  /** With a messaging service an opt-out counts for all its lines. */
  messagingServiceSid: string | null
  /** `OptOutType`, which Advanced Opt-Out adds for its own keywords in any language. It has the last word. */
  optOutType: string | null
}

/** Whether they do, or no longer do, want texts; nothing where the message is not about that. Twilio itself keeps to it (21610). */
export function consentOf(wish: Wish): MessageEvent[] {
  const isWanted = wishOf(wish)
  if (isWanted === null || wish.from === '') return []
  const line = wish.messagingServiceSid ? null : wish.to || null
  return [{ type: 'consent', eventId: `${wish.sid}:consent`, at: wish.at, handle: wish.from, line, isWanted }]
}

function wishOf({ optOutType, text }: Wish): boolean | null {
  const word = (optOutType ?? '').toUpperCase()
  if (word !== '') return word === 'STOP' ? false : word === 'START' ? true : null
  const said = text.trim().toUpperCase()
  return stopWords.has(said) ? false : startWords.has(said) ? true : null
}
