import type { Forget } from '@switchboard/core'
import type { Desk } from './desk.ts'
import { normalHandle } from './handle.ts'
import { eraseMessages, heldElsewhere } from './message-store.ts'
import { eraseTopic } from './media.ts'
import { eraseThreads } from './thread-store.ts'

/**
 * Whoever is to be forgotten is forgotten in conversations too: what was said, their files, their name and their number; unless another
 * source still knows them by the same number or address. That somebody wants no messages is remembered.
 */
export function forgetPeople(desk: Desk): Forget {
  return async (tx, { source, people }) => {
    if (!people) return
    const written = [...people.phones, ...people.emails].map(handle => normalHandle(handle, desk.settings.region))
    const handles: string[] = []
    for (const handle of new Set(written)) if (!(await heldElsewhere(tx, source, handle))) handles.push(handle)
    if (handles.length === 0) return
    const { threadIds, blobKeys } = await eraseMessages(tx, handles)
    if (threadIds.length === 0) return
    await eraseThreads(tx, threadIds, desk.now())
    if (blobKeys.length > 0) await desk.outbox.send(tx, eraseTopic, eraseTopic, { keys: blobKeys })
    desk.log.info({ source, threads: threadIds.length }, 'conversations were erased')
  }
}
