import { z, type Courier, type Holding, type Listener, type ProfileId, type Tx } from '@switchboard/core'
import type { Desk } from './desk.ts'
import { attachThread, followPeople, threadsAfter, threadsNear, type Attached, type Thread } from './thread-store.ts'

/** The outbox topic of looking at every conversation again. */
export const attachTopic = 'threads.attach'

/** Below this a person who has the handle is one of several who may have written. */
const surely = 0.9

/** Whose a handle is: nobody's, one person's, or that of several, of whom somebody has to choose. */
export function choose(holders: readonly Holding[]): { profileId: ProfileId | null; attached: Attached } {
  const [best, second] = holders
  if (!best) return { profileId: null, attached: 'nobody' }
  if (!second || best.confidence >= surely) return { profileId: best.profileId, attached: 'sure' }
  return { profileId: null, attached: 'asked' }
}

/** Looks whose a conversation is. What somebody chose stays while that person still has the handle. @returns the conversation as it is then */
export async function attach(desk: Desk, tx: Tx, thread: Thread): Promise<Thread> {
  const holders = await holdersOf(desk, tx, thread)
  const isStill = thread.attached === 'chosen' && holders.some(({ profileId }) => profileId === thread.profileId)
  if (isStill) return thread
  const found = choose(holders)
  const isNews = await attachThread(tx, thread.id, { ...found, now: desk.now() })
  if (isNews) await desk.events.publish(tx, 'thread.attached', { threadId: thread.id, ...found, at: desk.now() })
  return { ...thread, ...found }
}

/** Everybody who has the handle of a conversation, the likeliest first. */
export async function holdersOf({ wanted }: Desk, tx: Tx, { handle }: Thread): Promise<Holding[]> {
  if (handle === null) return []
  return (await wanted('directory')?.holders?.(tx, handle)) ?? []
}

const Changed = z.object({ profileId: z.string() })
const Merged = Changed.extend({ merged: z.array(z.string()) })
const Split = Changed.extend({ into: z.array(z.string()) })

/** Conversations follow their people: a number that was nobody's gets its person, and whoever was merged or split takes theirs along. */
export function followEverybody(desk: Desk): Readonly<Record<string, Listener>> {
  return {
    'profile.changed': {
      many: (tx, events) =>
        again(
          desk,
          tx,
          events.map(({ data }) => Changed.parse(data).profileId),
        ),
    },
    'profile.merged': async (tx, { data }) => {
      const { profileId, merged } = Merged.parse(data)
      await followPeople(tx, profileId, merged)
      await again(desk, tx, [profileId])
    },
    'profile.split': async (tx, { data }) => {
      const { profileId, into } = Split.parse(data)
      await again(desk, tx, [profileId, ...into])
    },
    'profiles.rebuilt': tx => desk.outbox.send(tx, attachTopic, attachTopic, { after: first }),
  }
}

async function again(desk: Desk, tx: Tx, profileIds: readonly string[]): Promise<void> {
  const people = (await desk.wanted('directory')?.reach?.(tx, profileIds)) ?? []
  const handles = people.flatMap(({ phones, emails }) => [...phones, ...emails])
  for (const thread of await threadsNear(tx, { profileIds, handles })) await attach(desk, tx, thread)
}

/** Before every id. */
const first = '00000000-0000-0000-0000-000000000000'
const page = 200

const Place = z.object({ after: z.uuid().or(z.literal(first)) })

/** Looks at every conversation again, some at a time. */
export function attachAll(desk: Desk): Courier {
  return {
    carry: async command => async tx => {
      const threads = await threadsAfter(tx, Place.parse(command).after, page)
      for (const thread of threads) await attach(desk, tx, thread)
      const last = threads.at(-1)
      if (threads.length === page && last) await desk.outbox.send(tx, attachTopic, attachTopic, { after: last.id })
    },
    failed: (_command, error) => async () =>
      desk.log.error(
        { error: String(error) },
        'conversations could not be looked at again; run the hub job messaging.attach',
      ),
  }
}
