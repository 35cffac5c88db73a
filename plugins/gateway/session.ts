import { limits } from './limits.ts'
import {
  ClientFrame,
  closings,
  frameText,
  HelloFrame,
  type Closing,
  type FrameId,
  type Hello,
  type ReplyFrame,
  type ResetReason,
  type ServerData,
  type ServerType,
  type WelcomeData,
} from './protocol.ts'

/** A counted frame, ready to send. */
export interface Frame {
  seq: number
  text: string
}

/** One connection, as a value. */
export interface Session {
  readonly phase: 'awaiting' | 'admitting' | 'live' | 'closed'
  readonly openedAt: number
  /** The last counted frame the client was sent, or is known to have. */
  readonly seq: number
  /** The last counted frame known to exist. */
  readonly known: number
  /** Frames after `seq` are being read, or wait until the client took what was sent. */
  readonly catchUp:
    { readonly state: 'reading'; readonly goal: number } | { readonly state: 'paused'; readonly since: number } | null
  readonly budget: { readonly frames: number; readonly at: number }
  readonly malformed: number
  /** Replies by the client's id; null while the command runs. */
  readonly answers: ReadonlyMap<FrameId, ReplyFrame | null>
}

/** What can happen to a connection. */
export type Input =
  /** The client sent something; `text` is null when it was binary. */
  | { type: 'frame'; text: string | null; bytes: number }
  /** The hello was good. The client has everything up to `seq`; frames up to `known` exist. */
  | { type: 'admitted'; welcome: WelcomeData; known: number; reset: ResetReason | null }
  | { type: 'refused'; closing: Closing }
  /** Frames were committed. They may come late, twice, or after later ones. */
  | { type: 'pushed'; frames: readonly Frame[] }
  /** Frames up to `seq` exist. */
  | { type: 'woken'; seq: number }
  /** The frames after the one asked for, as many as fit a page, in order. */
  | { type: 'read'; frames: readonly Frame[]; isMore: boolean }
  | { type: 'readFailed' }
  | { type: 'answered'; reply: ReplyFrame }
  /** So much is waiting for the client; told after every other input, and whenever it took something. */
  | { type: 'unsent'; bytes: number }
  | { type: 'tick' }
  | { type: 'draining'; reconnectInMs: number }
  | { type: 'ended'; closing: Closing }
  | { type: 'gone' }

/** What is to be done about it. After `close` nothing follows. */
export type Effect =
  | { do: 'send'; text: string }
  | { do: 'close'; closing: Closing }
  | { do: 'admit'; hello: Hello }
  /** Read the counted frames after `seq`. */
  | { do: 'read'; after: number }
  | { do: 'run'; frame: ClientFrame }

/** The connection after an input, and what is to be done, in order. */
export interface Step {
  session: Session
  effects: Effect[]
}

/** A connection that was just opened. */
export function opened(now: Date): Session {
  const at = now.getTime()
  return {
    phase: 'awaiting',
    openedAt: at,
    seq: 0,
    known: 0,
    catchUp: null,
    budget: { frames: limits.framesPerSecond, at },
    malformed: 0,
    answers: new Map(),
  }
}

/** What an input does to a connection. Pure and total: an input that does not fit changes nothing. */
export function step(session: Session, input: Input, now: Date): Step {
  if (session.phase === 'closed') return nothing(session)
  switch (input.type) {
    case 'frame':
      return onFrame(session, input, now)
    case 'admitted':
      return onAdmitted(session, input, now)
    case 'refused':
    case 'ended':
      return close(session, input.closing)
    case 'pushed':
      return onPushed(session, input.frames)
    case 'woken':
      return onWoken(session, input.seq)
    case 'read':
      return onRead(session, input, now)
    case 'readFailed':
      return nothing({ ...session, catchUp: null })
    case 'answered':
      return onAnswered(session, input.reply)
    case 'unsent':
      return onUnsent(session, input.bytes)
    case 'tick':
      return onTick(session, now)
    case 'draining':
      return onDraining(session, input.reconnectInMs, now)
    case 'gone':
      return nothing({ ...session, phase: 'closed' })
  }
}

function onFrame(before: Session, input: { text: string | null; bytes: number }, now: Date): Step {
  if (input.bytes > limits.frameBytes) return close(before, closings.tooBig)
  const session = { ...before, budget: spend(before.budget, now) }
  if (session.budget.frames < 0) return close(session, closings.tooMany)
  const json = parsed(input.text)
  return session.phase === 'awaiting' ? onHello(session, json) : onClientFrame(session, json)
}

/** One frame less, and so many more as time brought: an allowance that refills evenly. */
function spend(budget: Session['budget'], now: Date): Session['budget'] {
  const at = now.getTime()
  const refilled = budget.frames + (Math.max(0, at - budget.at) * limits.framesPerSecond) / 1000
  return { frames: Math.min(refilled, limits.framesPerSecond) - 1, at }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function onHello(session: Session, json: unknown): Step {
  const hello = HelloFrame.safeParse(json)
  if (!hello.success) return close(session, closings.notHello)
  return { session: { ...session, phase: 'admitting' }, effects: [{ do: 'admit', hello: hello.data.data }] }
}

function onClientFrame(session: Session, json: unknown): Step {
  const read = ClientFrame.safeParse(json)
  if (!read.success) return onMalformed(session)
  const frame = read.data
  const answer = session.answers.get(frame.id)
  if (answer) return { session, effects: [send(answer)] }
  if (answer === null) return nothing(session)
  const refusal = refusalOf(session, frame)
  if (refusal) return { session, effects: [send({ re: frame.id, ok: false, error: refusal })] }
  return {
    session: { ...session, answers: remember(session.answers, frame.id, null) },
    effects: [{ do: 'run', frame }],
  }
}

function refusalOf(session: Session, frame: ClientFrame): { code: string; message: string } | null {
  if (session.phase !== 'live') return { code: 'unavailable', message: 'wait for welcome' }
  if (frame.type === 'hello') return { code: 'conflict', message: 'this connection has said hello' }
  const running = [...session.answers.values()].filter(answer => answer === null).length
  if (running < limits.running) return null
  return { code: 'too_many_requests', message: `${limits.running} commands are under way; wait for their answers` }
}

function onMalformed(session: Session): Step {
  const malformed = session.malformed + 1
  const error = { code: 'bad_frame', message: 'a frame is a JSON text {id, type, data}' }
  const effects: Effect[] = [send({ re: null, ok: false, error })]
  if (malformed < limits.malformed) return { session: { ...session, malformed }, effects }
  return close(session, closings.malformed, effects)
}

function onAdmitted(session: Session, input: Input & { type: 'admitted' }, now: Date): Step {
  if (session.phase !== 'admitting') return nothing(session)
  const { welcome, known, reset } = input
  const { seq } = welcome
  const effects = [uncounted(seq, 'welcome', welcome, now)]
  if (reset) effects.push(uncounted(seq, 'reset', { because: reset }, now))
  // Read even when nothing is known to be missed: a frame may have been committed since the admission.
  return read({ ...session, phase: 'live', seq, known }, effects)
}

function onPushed(session: Session, frames: readonly Frame[]): Step {
  if (session.phase !== 'live') return nothing(session)
  const known = Math.max(session.known, frames.at(-1)?.seq ?? 0)
  if (session.catchUp) return nothing({ ...session, known })
  const next = inOrder(session.seq, frames)
  const after = { ...session, known, seq: next.at(-1)?.seq ?? session.seq }
  return after.seq < known ? read(after, sends(next)) : { session: after, effects: sends(next) }
}

/** The frames that follow `seq` without a gap. */
function inOrder(seq: number, frames: readonly Frame[]): Frame[] {
  const next: Frame[] = []
  for (const frame of frames) if (frame.seq === seq + next.length + 1) next.push(frame)
  return next
}

function onWoken(session: Session, seq: number): Step {
  if (session.phase !== 'live' || seq <= session.seq) return nothing(session)
  const after = { ...session, known: Math.max(session.known, seq) }
  return session.catchUp ? nothing(after) : read(after)
}

function onRead(session: Session, input: { frames: readonly Frame[]; isMore: boolean }, now: Date): Step {
  if (session.catchUp?.state !== 'reading') return nothing(session)
  const { goal } = session.catchUp
  const next = inOrder(session.seq, input.frames)
  const seq = next.at(-1)?.seq ?? session.seq
  const after = { ...session, seq, known: Math.max(session.known, seq), catchUp: null }
  const hasHole = next.length < input.frames.length || (!input.isMore && seq < goal)
  if (hasHole) return close(after, closings.lost, sends(next))
  if (!input.isMore && seq >= after.known) return { session: after, effects: sends(next) }
  return { session: { ...after, catchUp: { state: 'paused', since: now.getTime() } }, effects: sends(next) }
}

function onAnswered(session: Session, reply: ReplyFrame): Step {
  if (session.phase !== 'live' || reply.re === null) return nothing(session)
  return { session: { ...session, answers: remember(session.answers, reply.re, reply) }, effects: [send(reply)] }
}

/** The answers with one more; the oldest that is not awaited makes room. */
function remember(answers: Session['answers'], id: FrameId, reply: ReplyFrame | null): Session['answers'] {
  const kept = new Map(answers).set(id, reply)
  for (const [old, answer] of kept) {
    if (kept.size <= limits.answers) break
    if (answer !== null) kept.delete(old)
  }
  return kept
}

function onUnsent(session: Session, bytes: number): Step {
  if (bytes > limits.unsentBytes) return close(session, closings.slow)
  return session.catchUp?.state === 'paused' && bytes <= limits.pauseBytes ? read(session) : nothing(session)
}

function onTick(session: Session, now: Date): Step {
  const at = now.getTime()
  if (session.phase === 'awaiting' && at - session.openedAt >= limits.helloMs) return close(session, closings.late)
  const isStalled = session.catchUp?.state === 'paused' && at - session.catchUp.since >= limits.stallMs
  if (isStalled) return close(session, closings.slow)
  return session.phase === 'live' && !session.catchUp && session.known > session.seq ? read(session) : nothing(session)
}

function onDraining(session: Session, reconnectInMs: number, now: Date): Step {
  if (session.phase !== 'live') return close(session, closings.restarting)
  return { session, effects: [uncounted(session.seq, 'notice', { reconnectInMs }, now)] }
}

function read(session: Session, effects: Effect[] = []): Step {
  return {
    session: { ...session, catchUp: { state: 'reading', goal: session.known } },
    effects: [...effects, { do: 'read', after: session.seq }],
  }
}

function close(session: Session, closing: Closing, effects: Effect[] = []): Step {
  return { session: { ...session, phase: 'closed' }, effects: [...effects, { do: 'close', closing }] }
}

function nothing(session: Session): Step {
  return { session, effects: [] }
}

function send(reply: ReplyFrame): Effect {
  return { do: 'send', text: JSON.stringify(reply) }
}

function sends(frames: readonly Frame[]): Effect[] {
  return frames.map(({ text }) => ({ do: 'send', text }))
}

function uncounted<Type extends ServerType>(seq: number, type: Type, data: ServerData[Type], at: Date): Effect {
  return { do: 'send', text: frameText({ seq, type, at, data: JSON.stringify(data) }) }
}
