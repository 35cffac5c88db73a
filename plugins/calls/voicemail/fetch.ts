import {
  after,
  day,
  HubError,
  messageOf,
  z,
  type BlobsPort,
  type CallId,
  type Courier,
  type Hub,
  type Job,
  type OneListener,
  type TelephonyPort,
  type Tx,
} from '@switchboard/core'
import { ownerFor } from '../routing-store.ts'
import { readCall } from '../store.ts'
import { keepVoicemail, noteFetched, noteUnfetched, readVoicemail, takeUnfetched } from './store.ts'

/** The outbox topic of messages that are to be fetched from the vendor. */
export const voicemailTopic = 'voicemail'

/** What fetching messages takes. */
export interface Fetching extends Pick<Hub, 'store' | 'outbox' | 'now'> {
  telephony(): TelephonyPort
  /** Null when no part keeps files: then a message stays at the vendor. */
  blobs(): BlobsPort | null
}

const AboutCall = z.object({ callId: z.string() })

/** A message was left: it is in the inbox at once, and its audio is fetched. */
export function keepMessage({ outbox, now }: Fetching): OneListener {
  return async (tx, { data }) => {
    const call = await readCall(tx, AboutCall.parse(data).callId as CallId)
    if (!call?.recording) return
    const { id: callId, from: number, line, recording } = call
    const { vendorId, durationSeconds } = recording
    const ownerId = await ownerFor(tx, call)
    const id = await keepVoicemail(tx, { callId, number, line, ownerId, vendorId, durationSeconds, leftAt: now() })
    if (id) await outbox.send(tx, voicemailTopic, id, { voicemailId: id })
  }
}

const Order = z.object({ voicemailId: z.string() })

/** Fetches the audio of a message and keeps it. Doing it twice does no harm: the key is the message's own. */
export function fetchAudio({ store, now, telephony, blobs }: Fetching): Courier {
  return {
    carry: async command => {
      const { voicemailId: id } = Order.parse(command)
      const message = await store.read(tx => readVoicemail(tx, id))
      if (!message || message.fetchedAt) return nothing
      const keeper = blobs()
      if (!keeper) throw new HubError('unavailable', 'no part that is on keeps files (`blobs`): it stays at the vendor')
      const audio = await telephony().recording?.(message.vendorId)
      if (!audio) throw new HubError('unavailable', 'the phone vendor gives no recordings away')
      const key = `voicemail/${id}`
      await keeper.put(key, audio.body)
      const { contentType, body } = audio
      return tx => noteFetched(tx, id, { key, contentType, size: body.length, at: now() })
    },
    failed: (command, error) => tx => noteUnfetched(tx, Order.parse(command).voicemailId, messageOf(error)),
  }
}

/** How long a message is asked for. */
const givenUpAfterMs = 30 * day

/** What was given up, because the vendor or the disk was away for long, is fetched again. */
export function fetchAgain({ store, outbox, now }: Fetching): Job {
  return {
    name: 'calls.voicemail',
    schedule: '10 minutes',
    handle: () =>
      store.transact(async tx => {
        const ids = await takeUnfetched(tx, after(now(), -givenUpAfterMs))
        for (const id of ids) await outbox.send(tx, voicemailTopic, id, { voicemailId: id })
        return { again: ids.length }
      }),
  }
}

async function nothing(_tx: Tx): Promise<void> {}
