import {
  messageOf,
  z,
  type Caller,
  type CallId,
  type Hub,
  type OneListener,
  type Tx,
  type Welcome,
} from '@switchboard/core'
import { history } from './history.ts'
import { showTo } from './show.ts'
import { liveCallsOf, nameCaller, readCall } from './store.ts'

/** The field `calls` of a client's first frame: the calls that ring its owner or have them, each with the caller's card where there is a directory. */
export function liveCalls(hub: Hub): Welcome {
  return async (tx, staffId) => {
    const calls = await liveCallsOf(tx, staffId)
    const shown = []
    for (const call of calls) {
      const card = await cardOf(hub, tx, call.from)
      const caller = card && { ...card, ...(await history.of(tx, call.from)) }
      shown.push({ call: showTo(call, staffId), caller })
    }
    return shown
  }
}

const Moved = z.object({ callId: z.string(), state: z.string() })

/** Notes who called, off the caller's way: once they talk, leave a message or are gone. The ring's own card is not kept waiting. */
export function noteCaller(hub: Hub): OneListener {
  return async (tx, event) => {
    const { callId, state } = Moved.parse(event.data)
    if (state !== 'AllInConference' && state !== 'Voicemail' && state !== 'Hungup') return
    const call = await readCall(tx, callId as CallId)
    if (!call || call.profileId !== null || call.from === null) return
    const profileId = (await cardOf(hub, tx, call.from))?.profileId
    if (profileId) await nameCaller(tx, call.id, profileId)
  }
}

/** The caller's card; null without a directory, or with one that fails: what it was asked for must not fail with it. */
export async function cardOf(hub: Hub, tx: Tx, phone: string | null): Promise<Caller | null> {
  const directory = hub.wanted('screenpop') ?? hub.wanted('directory')
  if (!directory) return null
  try {
    const [, card] = await Promise.all([tx.sql`savepoint caller`, directory.card(tx, phone)])
    return card
  } catch (error) {
    await tx.sql`rollback to savepoint caller`
    hub.log.warn({ error: messageOf(error) }, 'the caller could not be looked up')
    return null
  }
}
