import { HubError, messageOf, minute, z, type Hours, type Listener, type Opening, type Tx } from '@switchboard/core'
import { refusalOf } from './consent-store.ts'
import type { Desk } from './desk.ts'
import { spokenSince } from './message-store.ts'
import { sendIn } from './send.ts'
import { isOurLine, readThread, type Thread } from './thread-store.ts'

/** What is answered while nobody is there. */
export interface AutoReply {
  /** `{opens}` is when we open again, in words. */
  text: string
}

const Received = z.object({ threadId: z.string(), message: z.object({ at: z.iso.datetime() }) })

/** A text that was read so late is not answered by a machine any more. */
const freshMs = 30 * minute
/** While one of us is writing with them, no machine does. */
const talkingMs = 60 * minute

/**
 * Answers a text that comes in while we are closed: once for each conversation and closed time, so that two machines cannot go on writing to
 * each other. Who does not want messages, has no number that can be written to, or is one of our own lines, is not answered.
 */
export function autoReply(desk: Desk, reply: AutoReply): Listener {
  return async (tx, { data }) => {
    const { threadId, message } = Received.parse(data)
    const thread = await readThread(tx, threadId)
    const hours = desk.wanted('hours')
    if (!thread || !hours || !(await isToBeAnswered(desk, tx, thread, new Date(message.at)))) return
    const opening = await hours.at(tx, desk.now(), { line: thread.line ?? '', team: null })
    if (opening.isOpen) return
    await sayClosed(desk, tx, thread, { text: textOf(reply, opening, hours), opening })
  }
}

async function isToBeAnswered(
  { now }: Desk,
  tx: Tx,
  { id, vendor, kind, handle, line }: Thread,
  at: Date,
): Promise<boolean> {
  const isPerson = kind === 'sms' && handle !== null && /^\+\d{8,15}$/.test(handle)
  if (!isPerson || now().getTime() - at.getTime() > freshMs) return false
  if (await refusalOf(tx, { vendor, handle, line })) return false
  if (await spokenSince(tx, id, new Date(now().getTime() - talkingMs))) return false
  return !(await isOurLine(tx, handle))
}

async function sayClosed(
  desk: Desk,
  tx: Tx,
  thread: Thread,
  { text, opening }: { text: string; opening: Opening },
): Promise<void> {
  const key = `closed:${thread.id}:${opening.nextChangeAt?.toISOString() ?? 'for long'}`
  const saying = { text, key, staffId: null, author: 'the hub', inQuietHours: 'send' as const }
  try {
    await sendIn(desk, tx, thread, saying)
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    desk.log.info({ threadId: thread.id, because: messageOf(error) }, 'no answer was sent by itself')
  }
}

function textOf({ text }: AutoReply, { nextChangeAt }: Opening, hours: Hours): string {
  const timeZone = hours.timeZone?.() ?? 'UTC'
  const words = { weekday: 'long', hour: 'numeric', minute: '2-digit', timeZone } as const
  const opens = nextChangeAt ? new Intl.DateTimeFormat('en-AU', words).format(nextChangeAt) : 'soon'
  return text.replaceAll('{opens}', opens)
}
