import {
  after,
  day,
  HubError,
  messageOf,
  z,
  type CallId,
  type Courier,
  type Job,
  type OneListener,
} from '@switchboard/core'
import type { Fetching } from '../voicemail/fetch.ts'
import { keepRecording, noteFetched, noteUnfetched, readRecording, takeUnfetched } from './store.ts'

/** The outbox topic of recordings that are to be fetched from the vendor. */
export const recordingTopic = 'recording'

const Told = z.object({ callId: z.string(), vendorId: z.string(), durationSeconds: z.number().nullable() })

/** A conversation was recorded: it is known at once, and its audio is fetched. What was said while it was paused is not in it. */
export function keepTold({ outbox, now }: Fetching): OneListener {
  return async (tx, { data }) => {
    const { callId, ...told } = Told.parse(data)
    const id = await keepRecording(tx, { callId: callId as CallId, ...told, toldAt: now() })
    if (id) await outbox.send(tx, recordingTopic, id, { recordingId: id })
  }
}

const Order = z.object({ recordingId: z.string() })

/** Fetches the audio of a conversation and keeps it. Doing it twice does no harm: the key is the recording's own. */
export function fetchRecording({ store, now, telephony, blobs }: Fetching): Courier {
  return {
    carry: async command => {
      const { recordingId: id } = Order.parse(command)
      const recording = await store.read(tx => readRecording(tx, id))
      if (!recording || recording.fetchedAt) return async () => undefined
      const keeper = blobs()
      if (!keeper) throw new HubError('unavailable', 'no part that is on keeps files (`blobs`): it stays at the vendor')
      const audio = await telephony().recording?.(recording.vendorId)
      if (!audio) throw new HubError('unavailable', 'the phone vendor gives no recordings away')
      const key = `recording/${id}`
      await keeper.put(key, audio.body)
      const { contentType, body } = audio
      return tx => noteFetched(tx, id, { key, contentType, size: body.length, at: now() })
    },
    failed: (command, error) => tx => noteUnfetched(tx, Order.parse(command).recordingId, messageOf(error)),
  }
}

/** How long a recording is asked for. */
const givenUpAfterMs = 30 * day

/** What was given up, because the vendor or the disk was away for long, is fetched again. */
export function fetchRecordingsAgain({ store, outbox, now }: Fetching): Job {
  return {
    name: 'calls.recordings.fetch',
    schedule: '10 minutes',
    handle: () =>
      store.transact(async tx => {
        const ids = await takeUnfetched(tx, after(now(), -givenUpAfterMs))
        for (const id of ids) await outbox.send(tx, recordingTopic, id, { recordingId: id })
        return { again: ids.length }
      }),
  }
}
