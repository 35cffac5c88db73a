import {
  ClientFrame,
  closings,
  frameText,
  HelloFrame,
  type Closing,
  type FrameId,
  type ReplyFrame,
  type ServerData,
  type ServerType,
  versionFor,
} from './protocol.ts'
import type { Effect, Frame, Input, Session, Step } from './session-state.ts'

export { opened, type Effect, type Frame, type Input, type Session } from './session-state.ts'

/** What an input does to a connection. Pure and total: an input that does not fit changes nothing. */
export function step(session: Session, input: Input, now: Date): Step {
  if (session.phase === 'closed') return nothing(session)
  switch (input.type) {
    case 'frame':
      return onFrame(session, input, now)
    case 'admitted':
      return onAdmitted(session, input, now)
    case 'renewed':
      return nothing({ ...session, endsAt: input.endsAt?.getTime() ?? null })
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
  if (input.bytes > before.limits.frameBytes) return close(before, closings.tooBig)
  const session = { ...before, budget: spend(before, now) }
  if (session.budget.frames < 0) return close(session, closings.tooMany)
  const json = parsed(input.text)
  return session.phase === 'awaiting' ? onHello(session, json) : onClientFrame(session, json)
}

/** One frame less, and so many more as time brought: an allowance that refills evenly. */
function spend({ budget, limits }: Session, now: Date): Session['budget'] {
  const at = now.getTime()
  const { framesPerSecond } = limits
  const refilled = budget.frames + (Math.max(0, at - budget.at) * framesPerSecond) / 1000
  return { frames: Math.min(refilled, framesPerSecond) - 1, at }
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
  if (versionFor(hello.data.data.versions) === null) return close(session, closings.noVersion)
  return { session: { ...session, phase: 'admitting' }, effects: [{ do: 'admit', hello: hello.data.data }] }
}

function onClientFrame(session: Session, json: unknown): Step {
  const read = ClientFrame.safeParse(json)
  if (!read.success) return onMalformed(session)
  const frame = read.data
  if (frame.type === 'ping') return { session, effects: [send({ re: frame.id, ok: true, data: {} })] }
  const answer = session.answers.get(frame.id)
  if (answer) return { session, effects: [{ do: 'send', text: answer }] }
  if (answer === null) return nothing(session)
  const refusal = refusalOf(session, frame)
  if (refusal) return { session, effects: [send({ re: frame.id, ok: false, error: refusal })] }
  return {
    session: { ...session, answers: remember(session, frame.id, null) },
    effects: [{ do: frame.type === 'session.renew' ? 'renew' : 'run', frame }],
  }
}

function refusalOf(session: Session, frame: ClientFrame): { code: string; message: string } | null {
  if (session.phase !== 'live') return { code: 'unavailable', message: 'wait for welcome' }
  if (frame.type === 'hello') return { code: 'conflict', message: 'this connection has said hello' }
  const running = [...session.answers.values()].filter(answer => answer === null).length
  if (running < session.limits.running) return null
  return {
    code: 'too_many_requests',
    message: `${session.limits.running} commands are under way; wait for their answers`,
  }
}

function onMalformed(session: Session): Step {
  const malformed = session.malformed + 1
  const error = { code: 'bad_frame', message: 'a frame is a JSON text {id, type, data}' }
  const effects: Effect[] = [send({ re: null, ok: false, error })]
  if (malformed < session.limits.malformed) return { session: { ...session, malformed }, effects }
  return close(session, closings.malformed, effects)
}

function onAdmitted(session: Session, input: Input & { type: 'admitted' }, now: Date): Step {
  if (session.phase !== 'admitting') return nothing(session)
  const { seq, welcome, known, reset, device = '', endsAt = null } = input
  const effects: Effect[] = [{ do: 'send', text: frameText({ seq, type: 'welcome', at: now, data: welcome }) }]
  if (reset) effects.push(uncounted(seq, 'reset', { because: reset }, now))
  const live: Session = {
    ...session,
    phase: 'live',
    seq,
    known: Math.max(session.known, known),
    device,
    endsAt: endsAt?.getTime() ?? null,
  }
  return live.known > seq ? read(live, effects) : { session: live, effects }
}

function onPushed(session: Session, frames: readonly Frame[]): Step {
  const known = Math.max(session.known, frames.at(-1)?.seq ?? 0)
  // What is committed while it is let in is read once it is.
  if (session.phase === 'admitting') return nothing({ ...session, known })
  if (session.phase !== 'live') return nothing(session)
  if (session.catchUp) return nothing({ ...session, known })
  const next = inOrder(session.seq, frames)
  const after = { ...session, known, seq: next.at(-1)?.seq ?? session.seq }
  const effects = sends(session, next)
  return after.seq < known ? read(after, effects) : { session: after, effects }
}

/** The frames that follow `seq` without a gap. */
function inOrder(seq: number, frames: readonly Frame[]): Frame[] {
  const next: Frame[] = []
  for (const frame of frames) if (frame.seq === seq + next.length + 1) next.push(frame)
  return next
}

function onWoken(session: Session, seq: number): Step {
  if (session.phase === 'admitting') return nothing({ ...session, known: Math.max(session.known, seq) })
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
  const effects = sends(session, next)
  const hasHole = next.length < input.frames.length || (!input.isMore && seq < goal)
  if (hasHole) return close(after, closings.lost, effects)
  if (!input.isMore && seq >= after.known) return { session: after, effects }
  return { session: { ...after, catchUp: { state: 'paused', since: now.getTime() } }, effects }
}

function onAnswered(session: Session, reply: ReplyFrame): Step {
  if (session.phase !== 'live' || reply.re === null) return nothing(session)
  const text = JSON.stringify(reply)
  return { session: { ...session, answers: remember(session, reply.re, text) }, effects: [{ do: 'send', text }] }
}

/** The answers with one more; the oldest that is not awaited makes room. A long one is not kept: whoever runs commands knows it too. */
function remember({ answers, limits }: Session, id: FrameId, text: string | null): Session['answers'] {
  const kept = new Map(answers)
  if (text === null || text.length <= limits.answerBytes) kept.set(id, text)
  else kept.delete(id)
  for (const [old, answer] of kept) {
    if (kept.size <= limits.answers) break
    if (answer !== null) kept.delete(old)
  }
  return kept
}

function onUnsent(session: Session, bytes: number): Step {
  const { limits, catchUp } = session
  if (bytes > limits.unsentBytes) return close(session, closings.slow)
  return catchUp?.state === 'paused' && bytes <= limits.pauseBytes ? read(session) : nothing(session)
}

function onTick(session: Session, now: Date): Step {
  const over = overAt(session, now.getTime())
  if (over) return close(session, over)
  return session.phase === 'live' && !session.catchUp && session.known > session.seq ? read(session) : nothing(session)
}

/** Which deadline has passed; null: none. */
function overAt({ phase, limits, openedAt, endsAt, catchUp }: Session, at: number): Closing | null {
  if (endsAt !== null && at >= endsAt) return closings.expired
  if (phase === 'awaiting' && at - openedAt >= limits.helloMs) return closings.late
  return catchUp?.state === 'paused' && at - catchUp.since >= limits.stallMs ? closings.slow : null
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

/** The device that an event came from reads it in its own way. */
function sends({ device }: Session, frames: readonly Frame[]): Effect[] {
  return frames.map(({ text, own }) => ({ do: 'send', text: own?.device === device ? own.text : text }))
}

function uncounted<Type extends ServerType>(seq: number, type: Type, data: ServerData[Type], at: Date): Effect {
  return { do: 'send', text: frameText({ seq, type, at, data: JSON.stringify(data) }) }
}
