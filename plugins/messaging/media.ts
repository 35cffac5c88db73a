import { HubError, messageOf, z, type Courier } from '@switchboard/core'
import type { Desk } from './desk.ts'
import { noteMedia, readMessage, type KeptMedia } from './message-store.ts'

/** The outbox topic of files that are to be fetched from the vendor. */
export const mediaTopic = 'message-media'

/** The outbox topic of files that are to be removed for good. */
export const eraseTopic = 'message-media-erase'

const Order = z.object({ messageId: z.string() })

/** Fetches the files that came with a message and keeps them. Doing it twice does no harm: the keys are the message's own. */
export function fetchMedia({ store, messengers, wanted, log }: Desk): Courier {
  return {
    carry: async command => {
      const { messageId } = Order.parse(command)
      const message = await store.read(tx => readMessage(tx, messageId))
      const missing = message?.media.some(({ blobKey }) => blobKey === null)
      if (!message || !missing) return nothing
      const blobs = wanted('blobs')
      const messenger = messengers.get(message.vendor)
      if (!blobs || !messenger?.media) return nothing
      const media: KeptMedia[] = []
      for (const [index, file] of message.media.entries()) {
        if (file.blobKey !== null) {
          media.push(file)
          continue
        }
        const { body, contentType } = await messenger.media(file.url)
        const blobKey = `message/${message.id}/${index}`
        await blobs.put(blobKey, body)
        media.push({ ...file, contentType: file.contentType ?? contentType, blobKey, size: body.length, error: null })
      }
      return tx => noteMedia(tx, message.id, media)
    },
    failed: (command, error) => async tx => {
      const { messageId } = Order.parse(command)
      log.warn({ messageId, error: messageOf(error) }, 'a file of a message could not be fetched')
      const message = await readMessage(tx, messageId)
      if (!message) return
      const told = message.media.map(file => (file.blobKey === null ? { ...file, error: messageOf(error) } : file))
      await noteMedia(tx, messageId, told)
    },
  }
}

const Erasing = z.object({ keys: z.array(z.string()) })

/** Removes files of somebody who is to be forgotten. */
export function eraseMedia({ wanted, log }: Desk): Courier {
  return {
    carry: async command => {
      for (const key of Erasing.parse(command).keys) await wanted('blobs')?.remove(key)
      return nothing
    },
    failed: (command, error) => async () =>
      log.error({ ...Erasing.parse(command), error: messageOf(error) }, 'files that are to be erased were not removed'),
  }
}

/** A file of a message. @throws HubError not_found when it is not here */
export async function openMedia({ store, wanted }: Desk, messageId: string, index: number) {
  const message = await store.read(tx => readMessage(tx, messageId))
  const file = message?.media[index]
  if (!file) throw new HubError('not_found', 'this message has no such file')
  const kept = file.blobKey === null ? null : await wanted('blobs')?.get(file.blobKey)
  if (!kept) throw new HubError('not_found', file.error ?? 'this file was not fetched from the vendor yet')
  return { contentType: file.contentType ?? 'application/octet-stream', body: kept.body }
}

async function nothing(): Promise<void> {}
