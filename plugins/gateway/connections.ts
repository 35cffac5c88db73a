import { messageOf, newId, type Log, type StaffId } from '@switchboard/core'
import { limits } from './limits.ts'
import { closings, farewells, type ClientFrame, type Closing, type Hello, type ReplyFrame } from './protocol.ts'
import type { Socket, SocketEars } from './server.ts'
import { opened, step, type Effect, type Frame, type Input, type Session } from './session.ts'
import { turnstile } from './turnstile.ts'

/** What became of a hello: whom it let in, and what the session is to know; or why not. */
export type Admission = { staffId: StaffId; admitted: Input & { type: 'admitted' } } | { closing: Closing }

/** Every connection of this hub. */
export interface Connections {
  /** Takes a new socket. */
  opened(socket: Socket): SocketEars
  /** Hands committed frames of one person to their connections. */
  push(staffId: StaffId, frames: readonly Frame[]): void
  /** Looks whether others wrote frames for anybody connected here. */
  look(): Promise<void>
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
  admit(hello: Hello, connectionId: string): Promise<Admission>
  framesAfter(staffId: StaffId, seq: number, limit: number): Promise<Frame[]>
  countsOf(staffIds: readonly StaffId[]): Promise<{ staffId: StaffId; seq: number }[]>
  run(staffId: StaffId, frame: ClientFrame): Promise<ReplyFrame>
  left(staffId: StaffId, connectionId: string, isFarewell: boolean): Promise<void>
}

interface Connection {
  readonly id: string
  readonly socket: Socket
  session: Session
  /** Null until admitted. */
  staffId: StaffId | null
  /** The code of the close frame; null while open. */
  closedWith: number | null
  /** Commands run one after the other, in the order they came. */
  running: Promise<void>
}

/** How many admissions, catch-ups and leavings use the database at once: everybody coming back at once must not take all of its connections. */
const atOnce = 4

/** The settings, and everything that is under way. */
interface Hall extends ConnectionSettings {
  readonly all: Set<Connection>
  readonly byStaff: Map<StaffId, Set<Connection>>
  readonly pending: Set<Promise<void>>
  readonly inTurn: ReturnType<typeof turnstile>
  isClosing: boolean
}

/** Runs the sessions of all sockets: feeds them what happens and does what they say. */
export function runConnections(settings: ConnectionSettings): Connections {
  const parts = { all: new Set<Connection>(), byStaff: new Map(), pending: new Set<Promise<void>>() }
  const hall: Hall = { ...settings, ...parts, inTurn: turnstile(atOnce), isClosing: false }
  const { all, byStaff } = hall
  const feedAll = (among: Iterable<Connection>, input: Input): void => {
    for (const connection of among) feed(hall, connection, input)
  }
  return {
    opened: socket => open(hall, socket),
    push: (staffId, frames) => feedAll(byStaff.get(staffId) ?? [], { type: 'pushed', frames }),
    look: async () => {
      if (byStaff.size === 0) return
      for (const { staffId, seq } of await settings.countsOf([...byStaff.keys()]))
        feedAll(byStaff.get(staffId) ?? [], { type: 'woken', seq })
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

function open(hall: Hall, socket: Socket): SocketEars {
  const connection: Connection = {
    id: newId(),
    socket,
    session: opened(hall.now()),
    staffId: null,
    closedWith: null,
    running: Promise.resolve(),
  }
  hall.all.add(connection)
  return {
    frame: (text, bytes) => feed(hall, connection, { type: 'frame', text, bytes }),
    drained: () => feed(hall, connection, { type: 'unsent', bytes: socket.unsent() }),
    closed: code => closed(hall, connection, code),
  }
}

function feed(hall: Hall, connection: Connection, input: Input): void {
  const { session, effects } = step(connection.session, input, hall.now())
  connection.session = session
  const texts = effects.flatMap(effect => (effect.do === 'send' ? [effect.text] : []))
  const bytes = texts.length > 0 ? connection.socket.send(texts) : connection.socket.unsent()
  for (const effect of effects) perform(hall, connection, effect)
  if (input.type !== 'unsent') feed(hall, connection, { type: 'unsent', bytes })
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
      return track(hall, read(hall, connection, effect.after))
    case 'run':
      return run(hall, connection, effect.frame)
  }
}

function track(hall: Hall, work: Promise<void>): void {
  const tracked = work
    .catch((error: unknown) => hall.log.error({ error: messageOf(error) }, 'gateway work failed'))
    .finally(() => hall.pending.delete(tracked))
  hall.pending.add(tracked)
}

async function admit(hall: Hall, connection: Connection, hello: Hello): Promise<void> {
  const admission = await hall
    .inTurn(() => hall.admit(hello, connection.id))
    .catch((error: unknown) => {
      hall.log.warn({ error: messageOf(error) }, 'gateway client could not be let in yet')
      return { closing: closings.tryLater }
    })
  if ('closing' in admission) return feed(hall, connection, { type: 'refused', closing: admission.closing })
  const { staffId, admitted } = admission
  connection.staffId = staffId
  if (connection.closedWith !== null) return leave(hall, connection, connection.closedWith)
  hall.byStaff.set(staffId, (hall.byStaff.get(staffId) ?? new Set()).add(connection))
  feed(hall, connection, admitted)
}

async function read(hall: Hall, connection: Connection, seq: number): Promise<void> {
  const { staffId } = connection
  if (staffId === null) return
  const frames = await hall
    .inTurn(() => hall.framesAfter(staffId, seq, limits.page))
    .catch((error: unknown) => {
      hall.log.warn({ staffId, error: messageOf(error) }, 'missed frames could not be read yet')
      return null
    })
  if (frames) feed(hall, connection, { type: 'read', frames, isMore: frames.length === limits.page })
  else feed(hall, connection, { type: 'readFailed' })
}

function run(hall: Hall, connection: Connection, frame: ClientFrame): void {
  const { staffId } = connection
  if (staffId === null) return
  connection.running = connection.running.then(async () => {
    feed(hall, connection, { type: 'answered', reply: await hall.run(staffId, frame) })
  })
  track(hall, connection.running)
}

function closed(hall: Hall, connection: Connection, code: number): void {
  const { staffId } = connection
  connection.closedWith = code
  hall.all.delete(connection)
  feed(hall, connection, { type: 'gone' })
  if (staffId === null) return
  const others = hall.byStaff.get(staffId)
  others?.delete(connection)
  if (others?.size === 0) hall.byStaff.delete(staffId)
  track(hall, leave(hall, connection, code))
}

/** When the whole hub closes, all leave at once and not one by one: see attendance. */
async function leave(hall: Hall, { id, staffId }: Connection, code: number): Promise<void> {
  if (staffId !== null && !hall.isClosing) await hall.inTurn(() => hall.left(staffId, id, farewells.has(code)))
}
