import { messageOf, newId, type Log, type StaffId } from '@switchboard/core'
import { addressBook } from './address-book.ts'
import { gatherFrames } from './gather.ts'
import type { Grant } from './grant.ts'
import type { Limits } from './limits.ts'
import { closings, farewells, type ClientFrame, type Closing, type Hello, type ReplyFrame } from './protocol.ts'
import type { Origin } from './once.ts'
import { readTogether, type Reading } from './reading.ts'
import type { Socket, SocketEars } from './server.ts'
import { opened, step, type Effect, type Frame, type Input, type Session } from './session.ts'
import { together } from './together.ts'
import { turnstile } from './turnstile.ts'

/** A hello that waits to be judged. */
export interface Asking {
  hello: Hello
  connectionId: string
  /** Whether the client still waits. */
  isThere(): boolean
  /** Whose connection it is, told before the commit that lets it in: what is committed afterwards is handed to it, and nothing need be read. */
  seat(staffId: StaffId): void
}

/** What became of a hello: whom it let in, and what the session is to know; or why not. */
export type Admission =
  { grant: Grant; isResumed: boolean; admitted: Input & { type: 'admitted' } } | { closing: Closing }

/** What became of a new ticket for a connection that there is: what it rests on from now on; or the refusal. */
export type Renewal = { reply: ReplyFrame; grant: Grant | null }

/** Every connection of this hub. */
export interface Connections {
  opened(socket: Socket, address: string): SocketEars
  /** Whether there is room for another from this address. */
  hasRoom(address: string): boolean
  /** What those connections rest on that were let in. */
  grants(): Grant[]
  /** Closes the connections that rest on these. */
  end(fallen: ReadonlyMap<Grant, Closing>): void
  /** Hands committed frames to the connections of their people. */
  push(kept: readonly (Frame & { staffId: StaffId })[]): void
  /** Looks whether others wrote frames for those of these people who are connected here; null: for anybody. */
  look(staffIds: ReadonlySet<string> | null): Promise<void>
  /** Deadlines; to be called about once a second. */
  tick(): void
  /** Tells every client to come back a little later, each at another time. */
  drain(): void
  /** Closes every connection and waits for what is under way. */
  close(): Promise<void>
}

/** What connections are run with. */
export interface ConnectionSettings {
  log: Log
  now(): Date
  limits: Limits
  /** Those that come together are judged together. @returns one admission for each */
  admit(askings: readonly Asking[]): Promise<Admission[]>
  renew(grant: Grant, frame: ClientFrame): Promise<Renewal>
  framesAfter(staffId: StaffId, seq: number, limit: number): Promise<Frame[]>
  countsOf(staffIds: readonly StaffId[]): Promise<{ staffId: StaffId; seq: number }[]>
  run(origin: Origin, frame: ClientFrame): Promise<ReplyFrame>
  left(staffId: StaffId, connectionId: string, isFarewell: boolean): Promise<void>
}

interface Connection {
  readonly id: string
  readonly socket: Socket
  session: Session
  readonly address: string
  /** Null until admitted. */
  grant: Grant | null
  /** Whose frames are handed to it; known before the commit that admits it. */
  seat: StaffId | null
  isResumed: boolean
  /** The code of the close frame; null while open. */
  closedWith: number | null
  /** One command after the other. */
  running: Promise<void>
}

/** How many catch-ups and goodbyes, and batches of admissions, use the database at once: who comes back must not take all of its connections. */
const atOnce = 4
const admissions = { atMost: 128, width: 2, gatherMs: 20 }
/** What is for no more people than this is told at once, as a ring is. */
const few = 16

/** The settings, and everything that is under way. */
interface Hall extends ConnectionSettings {
  readonly all: Set<Connection>
  readonly byStaff: Map<StaffId, Set<Connection>>
  readonly pending: Set<Promise<void>>
  readonly reading: Reading
  judge(asking: Asking): Promise<Admission>
  readonly inTurn: ReturnType<typeof turnstile>
  readonly addresses: ReturnType<typeof addressBook>
  isClosing: boolean
}

/** Runs the sessions of all sockets: feeds them what happens and does what they say. */
export function runConnections(settings: ConnectionSettings): Connections {
  const parts = {
    all: new Set<Connection>(),
    byStaff: new Map(),
    pending: new Set<Promise<void>>(),
    reading: new Map(),
  }
  const addresses = addressBook()
  const inTurn = turnstile(atOnce)
  const reading = readTogether({
    log: settings.log,
    framesAfter: (staffId, seq) => inTurn(() => settings.framesAfter(staffId, seq, settings.limits.page)),
  })
  const judge = together(admissions, settings.admit)
  const hall: Hall = { ...settings, ...parts, addresses, judge, inTurn, reading, isClosing: false }
  const { all, byStaff, limits } = hall
  const feedAll = (among: Iterable<Connection> = [], input: Input): void => {
    for (const connection of among) feed(hall, connection, input)
  }
  const gathered = gatherFrames(hall.now, (id, frames) => feedAll(byStaff.get(id), { type: 'pushed', frames }))
  return {
    opened: (socket, address) => open(hall, socket, address),
    hasRoom: address => all.size < limits.connections && addresses.count(address) < limits.connectionsPerAddress,
    grants: () => [...all].flatMap(({ grant }) => grant ?? []),
    end: fallen => {
      for (const connection of all) {
        const closing = connection.grant && fallen.get(connection.grant)
        if (closing) feed(hall, connection, { type: 'ended', closing })
      }
    },
    push: kept => {
      const isForMany = kept.length > few
      for (const frame of kept) if (byStaff.has(frame.staffId)) gathered.add(frame.staffId, [frame], isForMany)
    },
    look: async staffIds => {
      const here = [...byStaff.keys()].filter(staffId => staffIds === null || staffIds.has(staffId))
      if (here.length === 0) return
      for (const { staffId, seq } of await settings.countsOf(here))
        feedAll(byStaff.get(staffId), { type: 'woken', seq })
    },
    tick: () => feedAll(all, { type: 'tick' }),
    drain: () => {
      const spreadMs = Math.min(500 + all.size, 5_000)
      for (const connection of all)
        feed(hall, connection, { type: 'draining', reconnectInMs: 250 + Math.round(Math.random() * spreadMs) })
    },
    close: async () => {
      hall.isClosing = true
      feedAll(all, { type: 'ended', closing: closings.restarting })
      await Promise.all(hall.pending)
    },
  }
}

function open(hall: Hall, socket: Socket, address: string): SocketEars {
  const connection: Connection = {
    id: newId(),
    socket,
    address,
    session: opened(hall.now(), hall.limits),
    grant: null,
    seat: null,
    isResumed: false,
    closedWith: null,
    running: Promise.resolve(),
  }
  hall.all.add(connection)
  hall.addresses.add(address)
  return {
    frame: (text, bytes) => feed(hall, connection, { type: 'frame', text, bytes }),
    drained: () => feed(hall, connection, { type: 'unsent', bytes: socket.unsent() }),
    closed: code => closed(hall, connection, code),
  }
}

function feed(hall: Hall, connection: Connection, input: Input): void {
  const { session, effects } = step(connection.session, input, hall.now())
  connection.session = session
  const texts = textsOf(effects)
  const bytes = texts.length > 0 ? connection.socket.send(texts) : null
  for (const effect of effects) if (effect.do !== 'send') perform(hall, connection, effect)
  if (input.type === 'unsent' || !isAskedFor(connection, texts)) return
  const unsent = bytes ?? connection.socket.unsent()
  const isPaused = connection.session.catchUp?.state === 'paused'
  if (unsent > 0 || isPaused) feed(hall, connection, { type: 'unsent', bytes: unsent })
}

function textsOf(effects: readonly Effect[]): string[] {
  return effects.flatMap(effect => (effect.do === 'send' ? [effect.text] : []))
}

/** Whether the session is to hear how much the client has not taken: when that is anything, or when it waits for it to be less. */
function isAskedFor({ session }: Connection, texts: readonly string[]): boolean {
  return texts.length > 0 || session.catchUp?.state === 'paused'
}

function perform(hall: Hall, connection: Connection, effect: Effect): void {
  switch (effect.do) {
    case 'send':
      return
    case 'close':
      return connection.socket.close(effect.closing.code, effect.closing.reason)
    case 'admit':
      return track(hall, admit(hall, connection, effect.hello))
    case 'read':
      return track(hall, read(hall, connection))
    case 'run':
      return inOrder(hall, connection, origin => hall.run(origin, effect.frame))
    case 'renew':
      return inOrder(hall, connection, () => renew(hall, connection, effect.frame))
  }
}

function track(hall: Hall, work: Promise<void>): void {
  const tracked = work
    .catch((error: unknown) => hall.log.error({ error: messageOf(error) }, 'gateway work failed'))
    .finally(() => hall.pending.delete(tracked))
  hall.pending.add(tracked)
}

async function admit(hall: Hall, connection: Connection, hello: Hello): Promise<void> {
  const asking: Asking = {
    ...{ hello, connectionId: connection.id },
    isThere: () => connection.closedWith === null,
    seat: staffId => seat(hall, connection, staffId),
  }
  const admission = await hall.judge(asking).catch((error: unknown) => {
    hall.log.warn({ error: messageOf(error) }, 'gateway client could not be let in yet')
    return { closing: closings.tryLater }
  })
  if ('closing' in admission) {
    unseat(hall, connection)
    return feed(hall, connection, { type: 'refused', closing: admission.closing })
  }
  const { grant, isResumed, admitted } = admission
  Object.assign(connection, { grant, isResumed })
  if (connection.closedWith !== null) return leave(hall, connection, connection.closedWith)
  feed(hall, connection, admitted)
}

function seat(hall: Hall, connection: Connection, staffId: StaffId): void {
  if (connection.closedWith !== null) return
  connection.seat = staffId
  hall.byStaff.set(staffId, (hall.byStaff.get(staffId) ?? new Set()).add(connection))
}

function unseat(hall: Hall, connection: Connection): void {
  if (connection.seat === null) return
  const others = hall.byStaff.get(connection.seat)
  others?.delete(connection)
  if (others?.size === 0) hall.byStaff.delete(connection.seat)
  connection.seat = null
}

async function read(hall: Hall, connection: Connection): Promise<void> {
  if (!connection.grant) return
  const { page } = hall.limits
  const frames = await hall.reading(connection.session, connection.grant.staffId)
  if (frames) feed(hall, connection, { type: 'read', frames, isMore: frames.length === page })
  else feed(hall, connection, { type: 'readFailed' })
}

/** Commands are done one after the other, in the order they came. */
function inOrder(hall: Hall, connection: Connection, work: (origin: Origin) => Promise<ReplyFrame>): void {
  connection.running = connection.running.then(async () => {
    const { grant, id, session, isResumed } = connection
    if (grant === null) return
    const origin = { staffId: grant.staffId, connectionId: id, device: session.device, isResumed }
    feed(hall, connection, { type: 'answered', reply: await work(origin) })
  })
  track(hall, connection.running)
}

async function renew(hall: Hall, connection: Connection, frame: ClientFrame): Promise<ReplyFrame> {
  if (!connection.grant) return { re: frame.id, ok: false, error: { code: 'unavailable', message: 'wait for welcome' } }
  const { reply, grant } = await hall.renew(connection.grant, frame)
  if (grant) {
    connection.grant = grant
    feed(hall, connection, { type: 'renewed', endsAt: grant.endsAt })
  }
  return reply
}

function closed(hall: Hall, connection: Connection, code: number): void {
  connection.closedWith = code
  hall.all.delete(connection)
  hall.addresses.remove(connection.address)
  unseat(hall, connection)
  feed(hall, connection, { type: 'gone' })
  if (connection.grant) track(hall, leave(hall, connection, code))
}

/** When the whole hub closes, all leave at once and not one by one: see attendance. */
async function leave(hall: Hall, { id, grant }: Connection, code: number): Promise<void> {
  const staffId = grant?.staffId
  if (!staffId || hall.isClosing) return
  // Lost sockets are noted together.
  if (farewells.has(code)) await hall.inTurn(() => hall.left(staffId, id, true))
  else await hall.left(staffId, id, false)
}
