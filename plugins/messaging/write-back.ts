import { messageOf, z, type Courier, type Listener, type Message } from '@switchboard/core'
import type { Desk } from './desk.ts'
import { noteWritten } from './event-store.ts'
import { idMark, markOf } from './echo.ts'

/** The outbox topic of calls that are to be written into a vendor's conversation. */
export const writeBackTopic = 'message-write-back'

/** What is told of a call when it is over. */
const Ended = z.object({
  callId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  number: z.string().nullable(),
  line: z.string(),
  summary: z.string(),
  at: z.iso.datetime(),
})

/** A call that is over is written where those who work there see it. `to` is the messenger's entry; null: nowhere. */
export function writeBack({ outbox }: Desk, to: string | null): Listener {
  return async (tx, { data }) => {
    const ended = Ended.parse(data)
    if (to !== null && ended.number !== null) await outbox.send(tx, writeBackTopic, ended.callId, { ...ended, to })
  }
}

/** Writes calls into conversations of a vendor; the same call once, however often it is tried. */
export function carryBack({ messengers, store, settings, now, log }: Desk): Courier {
  return {
    carry: async command => {
      const { to, ...ended } = Ended.extend({ to: z.string() }).parse(command)
      const keep = messengers.get(to)?.keep
      if (!keep) return nothing
      const message = messageIn(ended)
      await store.transact(tx => noteWritten(tx, to, [markOf(message, settings.region)], now()))
      const { externalId } = await keep(message)
      return async tx => (externalId === null ? undefined : noteWritten(tx, to, [idMark(externalId)], now()))
    },
    failed: (command, error) => async () => {
      const { callId } = Ended.parse(command)
      log.warn({ callId, error: messageOf(error) }, 'a call could not be written back')
    },
  }
}

function messageIn({ callId, direction, number, line, summary, at }: z.output<typeof Ended>): Message {
  const [them, us] = [number ?? '', line].map(handle => ({ handle, name: null, externalId: null }))
  const isInbound = direction === 'inbound'
  return {
    ...{ externalId: `call:${callId}`, conversationId: null, kind: 'call', direction, subject: null, media: [] },
    from: (isInbound ? them : us) ?? null,
    to: [isInbound ? us! : them!],
    text: summary,
    status: isInbound ? 'received' : 'sent',
    at: new Date(at),
  }
}

async function nothing(): Promise<void> {}
