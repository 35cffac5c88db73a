import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { after, minute, second, type Hub, type StaffId } from '@switchboard/core'
import {
  claimCommand,
  dropCommand,
  keepAnswer,
  knownCommand,
  sameCommand,
  type KeptCommand,
  type KnownCommand,
} from './answer-store.ts'
import type { ClientFrame, FrameId, ReplyFrame } from './protocol.ts'

/** Where a command came in. */
export interface Origin {
  staffId: StaffId
  connectionId: string
  device: string
  /** Whether the connection goes on where an earlier one was lost. */
  isResumed: boolean
}

/** An id at least so long is taken for a UUID or its like: it names one command of its person, whatever the connection. */
const longId = 16
/** The scope of long ids. */
const everywhere = '00000000-0000-0000-0000-000000000000'
/** So long a short id still means the same on a connection that resumed. */
const shortIdMs = 2 * minute
/** A command that was given elsewhere, or before a cut, may take so long until its answer is kept. */
const underWayMs = 30 * second
const waitMs = 10 * second
const lookMs = 100

/** Refusals that say "not now": the command was not done, and may be given again under its id. */
const notDone: ReadonlySet<string> = new Set(['unavailable', 'too_many_requests'])

/**
 * Answers a command once: given again, by the same client after a cut or through another hub, it is answered the same and not done twice.
 * @returns besides what `answer` gives: `idempotency_conflict` when the id was used for another command or that still runs; `internal` when the
 *   hub died over it, so that nobody knows
 */
export async function answerOnce(
  hub: Hub,
  origin: Origin,
  { frame, answer }: { frame: ClientFrame; answer(): Promise<ReplyFrame> },
): Promise<ReplyFrame> {
  const command = keptCommand(origin, frame)
  const earlier = await earlierOf(hub, origin, command)
  if (earlier) return settle(hub, { ...command, scope: earlier.scope }, { id: frame.id, known: earlier })
  const reply = await answer()
  await hub.store.read(tx =>
    !reply.ok && notDone.has(reply.error.code) ? dropCommand(tx, command) : keepAnswer(tx, command, reply),
  )
  return reply
}

/** The command as it was given before; null when this is the first time, and it is kept now. */
function earlierOf({ store, now }: Hub, { isResumed }: Origin, command: KeptCommand): Promise<KnownCommand | null> {
  return store.read(async tx => {
    const isShort = command.scope !== everywhere
    const same = isShort && isResumed ? await sameCommand(tx, command, after(now(), -shortIdMs)) : null
    if (same || (await claimCommand(tx, command, now()))) return same
    return knownCommand(tx, command)
  })
}

function keptCommand({ staffId, connectionId, device }: Origin, { id, type, data }: ClientFrame): KeptCommand {
  const isLong = typeof id === 'string' && id.length >= longId
  const text = JSON.stringify(data ?? {})
  const about = (data as { callId?: unknown } | null | undefined)?.callId
  return {
    ...{ staffId, type, device, id: JSON.stringify(id) },
    scope: isLong ? everywhere : connectionId,
    fingerprint: createHash('sha256').update(`${type}\n`).update(text).digest('hex'),
    callId: typeof about === 'string' ? about : null,
  }
}

/** Gives the answer that is kept, or waits until it is. */
async function settle(
  { store, now }: Hub,
  command: KeptCommand,
  { id, known }: { id: FrameId; known: KnownCommand },
): Promise<ReplyFrame> {
  if (known.fingerprint !== command.fingerprint)
    return refused(id, 'idempotency_conflict', 'this id was used for another command: take a new one')
  const isLost = known.at < after(now(), -underWayMs)
  for (let waited = 0, row: KnownCommand | null = known; row !== null; waited += lookMs) {
    if (row.reply) return { ...row.reply, re: id }
    if (isLost) return refused(id, 'internal', 'the hub stopped over this command: look whether it was done')
    if (waited >= waitMs) return refused(id, 'idempotency_conflict', 'this command is under way: ask again soon')
    await delay(lookMs)
    row = await store.read(tx => knownCommand(tx, command))
  }
  return refused(id, 'unavailable', 'it was not done: try again')
}

function refused(re: FrameId, code: string, message: string): ReplyFrame {
  return { re, ok: false, error: { code, message } }
}
