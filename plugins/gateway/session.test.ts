import fc from 'fast-check'
import { test } from 'tap'
import { limits } from './limits.ts'
import { closings, type ResetReason } from './protocol.ts'
import { opened, step, type Effect, type Frame, type Input, type Session } from './session.ts'

const start = new Date('2026-03-02T09:00:00Z')
const later = (ms: number): Date => new Date(start.getTime() + ms)

const letIn = (seq: number, known: number, reset: ResetReason | null = null): Input => ({
  ...{ type: 'admitted', seq, known, reset },
  welcome: JSON.stringify({ version: 1, epoch: 'e', seq, isResumed: seq > 0, presence: [] }),
})
const hello: Input = asked({ type: 'hello', data: { ticket: 't' } })
const counted = (seq: number): Frame => ({ seq, text: JSON.stringify({ seq, type: 'call.state' }) })

function asked(frame: unknown): Input & { type: 'frame' } {
  const text = JSON.stringify(frame)
  return { type: 'frame', text, bytes: text.length }
}

/** Feeds inputs one after the other. */
function after(session: Session, inputs: Input[], now = start): { session: Session; effects: Effect[] } {
  const effects: Effect[] = []
  for (const input of inputs) {
    const next = step(session, input, now)
    session = next.session
    effects.push(...next.effects)
  }
  return { session, effects }
}

/** A connection that was welcomed at `seq` and has caught up. */
function live(seq = 0): Session {
  const admitted = letIn(seq, seq)
  return after(opened(start), [hello, admitted, { type: 'read', frames: [], isMore: false }]).session
}

function closeCode(effects: Effect[]): number | undefined {
  const last = effects.at(-1)
  return last?.do === 'close' ? last.closing.code : undefined
}

function sent(effects: Effect[]): Record<string, unknown>[] {
  return effects.flatMap(effect => (effect.do === 'send' ? [JSON.parse(effect.text) as Record<string, unknown>] : []))
}

test('a good hello is put before the admission, and the welcome comes first', async t => {
  const first = after(opened(start), [hello])
  t.same(first.effects, [{ do: 'admit', hello: { ticket: 't' } }])
  const next = step(first.session, letIn(4, 6), start)
  t.match(sent(next.effects), [{ type: 'welcome', seq: 4, data: { epoch: 'e' } }])
  t.same(next.effects.at(-1), { do: 'read', after: 4 })
})

test('a connection that says no hello within five seconds is closed', async t => {
  t.same(step(opened(start), { type: 'tick' }, later(4_999)).effects, [])
  t.equal(closeCode(step(opened(start), { type: 'tick' }, later(5_000)).effects), 4002)
  const admitting = after(opened(start), [hello]).session
  t.same(step(admitting, { type: 'tick' }, later(60_000)).effects, [], 'once it said hello, it waits for us')
})

test('a first frame that is no hello closes the connection', async t => {
  const frames = [asked({ id: 1, type: 'call.answer' }), asked('hello'), asked({ type: 'hello', data: {} })]
  for (const frame of [...frames, { ...asked({}), text: null }, { ...asked({}), text: '{' }])
    t.equal(closeCode(step(opened(start), frame, start).effects), 4000)
})

test('a refused ticket closes the connection', async t => {
  const { effects } = after(opened(start), [hello, { type: 'refused', closing: closings.badTicket }])
  t.equal(closeCode(effects), 4001)
})

test('a frame over 16 KiB closes the connection, one of 16 KiB does not', async t => {
  const frame = asked({ id: 'a', type: 'x', data: 'y' })
  t.same(
    step(live(), { ...frame, bytes: 16 * 1024 }, start).effects.map(effect => effect.do),
    ['run'],
  )
  t.equal(closeCode(step(live(), { ...frame, bytes: 16 * 1024 + 1 }, start).effects), 1009)
})

test('fifty frames a second are heard, more close the connection', async t => {
  const frames = (count: number, from = 0): Input[] =>
    Array.from({ length: count }, (_, index) => asked({ id: from + (index % limits.running), type: 'x' }))
  const fifty = after(live(), frames(49))
  t.equal(closeCode(fifty.effects), undefined)
  t.equal(closeCode(step(fifty.session, asked({ id: 'one more', type: 'x' }), start).effects), 4029)
  t.equal(
    closeCode(after(fifty.session, frames(50), later(1_000)).effects),
    undefined,
    'a second later there is room again',
  )
})

test('a client that leaves more than 1 MiB unread is closed with 4008', async t => {
  t.same(step(live(), { type: 'unsent', bytes: 1024 * 1024 }, start).effects, [])
  t.equal(closeCode(step(live(), { type: 'unsent', bytes: 1024 * 1024 + 1 }, start).effects), 4008)
})

test('catching up goes on only as the client reads, and gives up when it does not', async t => {
  const behind = after(opened(start), [hello, letIn(0, 9)]).session
  const page = after(behind, [{ type: 'read', frames: [counted(1), counted(2)], isMore: true }])
  t.same(
    page.effects.map(effect => effect.do),
    ['send', 'send'],
  )
  const full = step(page.session, { type: 'unsent', bytes: limits.pauseBytes + 1 }, start)
  t.same(full.effects, [], 'too much is unread: nothing more for now')
  t.same(step(full.session, { type: 'unsent', bytes: 0 }, start).effects, [{ do: 'read', after: 2 }])
  t.equal(closeCode(step(full.session, { type: 'tick' }, later(10_000)).effects), 4008)
})

test('frames that are no frames are answered, and the tenth closes the connection', async t => {
  const bad: Input = { type: 'frame', text: '{"id"', bytes: 5 }
  const nine = after(
    live(),
    Array.from({ length: 9 }, () => bad),
  )
  t.match(sent(nine.effects)[8], { re: null, ok: false, error: { code: 'bad_frame' } })
  t.equal(closeCode(nine.effects), undefined)
  t.equal(closeCode(step(nine.session, { ...asked({}), text: null }, start).effects), 4000)
})

test('the same id acts once and is answered the same', async t => {
  const command = asked({ id: 'a', type: 'call.answer', data: { callId: 'c' }, unknown: 'ignored' })
  const twice = after(live(), [command, command])
  t.same(twice.effects, [{ do: 'run', frame: { id: 'a', type: 'call.answer', data: { callId: 'c' } } }])
  const reply = { re: 'a', ok: true, data: { done: true } } as const
  const again = after(twice.session, [{ type: 'answered', reply }, command])
  t.same(sent(again.effects), [reply, reply])
})

test('commands before the welcome, a second hello and too many at once are answered with an error', async t => {
  const command = asked({ id: 'a', type: 'call.answer' })
  t.match(sent(after(opened(start), [hello, command]).effects), [
    { re: 'a', ok: false, error: { code: 'unavailable' } },
  ])
  t.match(sent(step(live(), asked({ id: 'b', type: 'hello', data: { ticket: 't' } }), start).effects), [
    { re: 'b', ok: false, error: { code: 'conflict' } },
  ])
  const many = Array.from({ length: limits.running + 1 }, (_, id) => asked({ id, type: 'x' }))
  t.match(sent(after(live(), many).effects), [{ re: limits.running, error: { code: 'too_many_requests' } }])
})

test('what was missed and cannot be told is said with reset, after the welcome', async t => {
  const admitted = letIn(7, 7, 'pruned')
  const { effects } = after(opened(start), [hello, admitted])
  t.match(sent(effects), [
    { type: 'welcome', seq: 7 },
    { type: 'reset', seq: 7, data: { because: 'pruned' } },
  ])
})

test('frames that vanished while they were missed close the connection instead of being skipped', async t => {
  const behind = step(live(2), { type: 'woken', seq: 5 }, start).session
  t.equal(closeCode(step(behind, { type: 'read', frames: [counted(5)], isMore: false }, start).effects), 4010)
  t.equal(closeCode(step(behind, { type: 'read', frames: [], isMore: false }, start).effects), 4010)
})

test('frames pushed out of order are read from the table at once', async t => {
  const gap = step(live(2), { type: 'pushed', frames: [counted(4)] }, start)
  t.same(gap.effects, [{ do: 'read', after: 2 }])
  const meanwhile = step(gap.session, { type: 'pushed', frames: [counted(3)] }, start)
  t.same(meanwhile.effects, [], 'what comes meanwhile is in the table too')
  const { effects } = step(meanwhile.session, { type: 'read', frames: [counted(3), counted(4)], isMore: false }, start)
  t.match(sent(effects), [{ seq: 3 }, { seq: 4 }])
})

test('a read that failed is tried again', async t => {
  const failed = after(live(2), [{ type: 'woken', seq: 5 }, { type: 'readFailed' }])
  t.same(step(failed.session, { type: 'tick' }, later(1_000)).effects, [{ do: 'read', after: 2 }])
})

test('when the hub drains, clients are told when to come back and later closed with 1012', async t => {
  const told = step(live(3), { type: 'draining', reconnectInMs: 700 }, start)
  t.match(sent(told.effects), [{ type: 'notice', seq: 3, data: { reconnectInMs: 700 } }])
  t.equal(closeCode(step(told.session, { type: 'ended', closing: closings.restarting }, start).effects), 1012)
  t.equal(closeCode(step(opened(start), { type: 'draining', reconnectInMs: 700 }, start).effects), 1012)
})

/** The count after these frames. @throws Error when one of them may not come next */
function counting(last: number | null, frames: Record<string, unknown>[]): number | null {
  for (const { type, seq } of frames) {
    if (type === 'call.state' && last === null) throw new Error('an event before the welcome')
    if (type === 'call.state' && seq !== (last ?? 0) + 1) throw new Error(`${String(seq)} after ${last}`)
    if (type === 'call.state' || type === 'welcome') last = seq as number
  }
  return last
}

const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>(hello, asked({ id: 1, type: 'x' }), { type: 'frame', text: '?', bytes: 1 }, { type: 'tick' }),
  fc.nat(9).map(known => letIn(Math.min(known, 2), known)),
  fc
    .array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 })
    .map((seqs): Input => ({ type: 'pushed', frames: seqs.map(counted) })),
  fc
    .tuple(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }), fc.boolean())
    .map(([seqs, isMore]): Input => ({ type: 'read', frames: seqs.map(counted), isMore })),
  fc.nat(9).map((seq): Input => ({ type: 'woken', seq })),
  fc.nat(2 * limits.unsentBytes).map((bytes): Input => ({ type: 'unsent', bytes })),
  fc.constantFrom<Input>(
    { type: 'readFailed' },
    { type: 'answered', reply: { re: 1, ok: true, data: {} } },
    { type: 'draining', reconnectInMs: 5 },
    { type: 'refused', closing: closings.badTicket },
    { type: 'ended', closing: closings.restarting },
    { type: 'gone' },
  ),
)

test('whatever comes, no event precedes the welcome, the count has no gap, and nothing follows a close', async t => {
  const run = () =>
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.tuple(anyInput, fc.nat(3_000)), { maxLength: 40, size: 'max' }),
        (isLive, inputs) => {
          let session = isLive ? live(0) : opened(start)
          let last: number | null = isLive ? 0 : null
          let isOver = false
          inputs.forEach(([input, ms], index) => {
            const next = step(session, input, later(index * 1_000 + ms))
            if (isOver && next.effects.length > 0) throw new Error(`${next.effects[0]?.do} after the end`)
            last = counting(last, sent(next.effects))
            isOver ||= input.type === 'gone' || closeCode(next.effects) !== undefined
            session = next.session
          })
        },
      ),
    )
  t.doesNotThrow(run)
})
