import {
  HubError,
  newId,
  NotFound,
  z,
  type MessageOnItsWay,
  type ProfileId,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { holdersOf } from './attach.ts'
import { audienceOf, type Desk } from './desk.ts'
import { sendIn, threadsPort, type Saying } from './send.ts'
import { showThread } from './show.ts'
import { fillIn } from './templates.ts'
import { assignThread, attachThread, lockThread, markRead, readThread, type Thread } from './thread-store.ts'

/** Who does something, on the gateway or over HTTP. */
export interface Author {
  /** What makes a key theirs. */
  id: string
  staffId: StaffId | null
  name: string
}

/** What is said, as clients say it. */
export const Said = z.object({
  text: z.string().max(10_000).optional(),
  template: z.string().optional().meta({ description: 'one of GET /api/templates, instead of a text' }),
  values: z.record(z.string(), z.string()).default({}),
  subject: z.string().max(500).optional(),
  media: z.array(z.url()).max(10).default([]),
  inQuietHours: z.enum(['refuse', 'wait', 'send']).default('refuse'),
  key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'yours, the same when you repeat the request: it is sent once' }),
})
export type Said = z.output<typeof Said>

/** Texts that are ready to be sent, by name. */
export type Templates = Readonly<Record<string, string>>

function sayingOf(said: Said, author: Author, templates: Templates): Saying {
  const { text, template, values, subject, media, inQuietHours, key } = said
  if ((text === undefined) === (template === undefined))
    throw new HubError('bad_request', 'say either text or template')
  const form = template === undefined ? undefined : templates[template]
  if (template !== undefined && form === undefined)
    throw new HubError('bad_request', `template: there are ${Object.keys(templates).join(', ') || 'none'}`)
  return {
    ...{ subject: subject ?? null, media, inQuietHours, staffId: author.staffId, author: author.name },
    text: form === undefined ? (text ?? '') : fillIn(form, values),
    key: `${author.id}:${key ?? newId()}`,
  }
}

/** Answers in a conversation. @throws NotFound, HubError `opted_out`, `quiet_hours`, `bad_request` */
export async function answer(
  desk: Desk & { templates: Templates },
  { threadId, author }: { threadId: string; author: Author },
  said: Said,
): Promise<MessageOnItsWay> {
  return desk.store.transact(async tx => {
    const thread = await found(tx, threadId)
    await see(desk, tx, thread)
    return sendIn(desk, tx, thread, sayingOf(said, author, desk.templates))
  })
}

/** Writes to somebody, in the conversation there is or in a new one. */
export async function write(
  desk: Desk & { templates: Templates },
  { to, line, author }: { to: string; line: string | null; author: Author },
  said: Said,
): Promise<MessageOnItsWay> {
  return desk.store.transact(tx => threadsPort(desk).send(tx, { to, line, ...sayingOf(said, author, desk.templates) }))
}

async function found(tx: Tx, id: string): Promise<Thread> {
  const present = await readThread(tx, id)
  const thread = present && (await lockThread(tx, present.id))
  if (!thread) throw new NotFound('this conversation')
  return thread
}

/** Marks a conversation as read. */
export function read(desk: Desk, threadId: string): Promise<Thread> {
  return desk.store.transact(async tx => see(desk, tx, await found(tx, threadId)))
}

async function see(desk: Desk, tx: Tx, thread: Thread): Promise<Thread> {
  const seen = { ...thread, unread: 0 }
  if (await markRead(tx, thread.id, desk.now())) await tellChange(desk, tx, seen)
  return seen
}

/** Says who is to answer a conversation; null: anybody. @throws NotFound for nobody of ours */
export function assign(desk: Desk, threadId: string, ownerId: StaffId | null): Promise<Thread> {
  return desk.store.transact(async tx => {
    const before = await found(tx, threadId)
    if (ownerId && !(await desk.port('roster').find(tx, { id: ownerId }))) throw new NotFound('this member of staff')
    const thread = (await assignThread(tx, before.id, ownerId, desk.now())) ?? before
    await tellChange(desk, tx, thread, before)
    return thread
  })
}

/** Says whose a conversation is. @throws HubError bad_request for somebody who does not have its handle */
export function choosePerson(desk: Desk, threadId: string, profileId: string): Promise<Thread> {
  return desk.store.transact(async tx => {
    const thread = await found(tx, threadId)
    const [person] = (await desk.wanted('directory')?.reach?.(tx, [profileId])) ?? []
    if (!person) throw new NotFound('this person')
    const holders = await holdersOf(desk, tx, thread)
    if (holders.length > 0 && !holders.some(holder => holder.profileId === person.profileId))
      throw new HubError(
        'bad_request',
        'profileId: this person does not have the number or address of the conversation',
      )
    const chosen = { profileId: person.profileId as ProfileId, attached: 'chosen' as const }
    await attachThread(tx, thread.id, { ...chosen, now: desk.now() })
    await tellChange(desk, tx, { ...thread, ...chosen })
    return { ...thread, ...chosen }
  })
}

async function tellChange(desk: Desk, tx: Tx, thread: Thread, before: Thread = thread): Promise<void> {
  const told = [...(await audienceOf(desk, tx, thread)), ...(await audienceOf(desk, tx, before))]
  const at = desk.now()
  await desk.events.publish(tx, 'thread.changed', { staffIds: [...new Set(told)], thread: showThread(thread), at })
}
