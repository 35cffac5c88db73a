import type { ReplyFrame } from '../protocol.ts'
import { GatewayError, type ClientCode } from './error.ts'

/** What is sent of a command. */
export interface Sent {
  id: string
  type: string
  data: object
}

/** How long to wait for an answer, and under which id. */
export interface RequestOptions {
  /** From when it is sent. Default 15 s. */
  timeoutMs?: number
  /** To repeat a command whose outcome is not known: the same id acts once. Default: a new one. */
  id?: string
}

/** Commands that wait for their answers, and those that wait for a connection. */
export interface Requests {
  ask(type: string, data: object, options?: RequestOptions): Promise<Record<string, unknown>>
  settle(reply: ReplyFrame): void
  /** There is a connection: what waits for one is sent, one after the other. */
  connected(): void
  /** There is none any more: what was under way failed, but for what can be repeated without harm. */
  lost(): void
  /** There will be none any more. */
  closed(): void
}

/** What requests are made with. */
export interface RequestSettings {
  /** @returns false when there is no connection */
  send(command: Sent): boolean
  newId(): string
  /** How long a command waits for a connection. */
  queueForMs: number
}

/** Commands that may wait for a connection, and be sent again under the same id: doing them late or twice does no harm. */
const safeTypes: ReadonlySet<string> = new Set(['presence.set', 'message.read', 'call.note'])
/** Of these only the last one said counts. */
const lastCounts: ReadonlySet<string> = new Set(['presence.set'])
/** Refusals that say "not now": it was not done, and may be given again under its id. */
const notDone: ReadonlySet<string> = new Set(['unavailable', 'too_many_requests'])
const againMs = 1_000
const queueAtMost = 100
const answerMs = 15_000

interface Asked extends Sent {
  readonly timeoutMs: number
  readonly settle: ((outcome: Record<string, unknown> | GatewayError) => void)[]
  timer: ReturnType<typeof setTimeout> | undefined
}

interface Desk extends RequestSettings {
  isClosed: boolean
  /** Sent, not answered. */
  readonly waiting: Map<string, Asked>
  /** Safe ones, in order; the first may be among those waiting. */
  queue: Asked[]
}

/** Keeps track of commands. */
export function makeRequests(settings: RequestSettings): Requests {
  const desk: Desk = { ...settings, waiting: new Map(), queue: [], isClosed: false }
  return {
    ask: (type, data, { timeoutMs = answerMs, id = desk.newId() } = {}) =>
      new Promise((resolve, reject) => {
        const settle = (outcome: Record<string, unknown> | GatewayError): void =>
          outcome instanceof GatewayError ? reject(outcome) : resolve(outcome)
        const asked: Asked = { id, type, data, timeoutMs, settle: [settle], timer: undefined }
        if (desk.isClosed) settle(gone())
        else if (safeTypes.has(type)) queueUp(desk, asked)
        else if (!put(desk, asked)) settle(new GatewayError('unavailable', 'not connected; try again when live'))
      }),
    settle: reply => {
      const asked = desk.waiting.get(String(reply.re))
      if (!asked) return
      if (!reply.ok && notDone.has(reply.error.code) && desk.queue.includes(asked)) return postpone(desk, asked)
      end(desk, asked, reply.ok ? reply.data : new GatewayError(reply.error.code as ClientCode, reply.error.message))
      pump(desk)
    },
    connected: () => pump(desk),
    lost: () => lost(desk),
    closed: () => {
      desk.isClosed = true
      const all = new Set([...desk.waiting.values(), ...desk.queue])
      for (const asked of all) end(desk, asked, gone())
    },
  }
}

function gone(): GatewayError {
  return new GatewayError('closed', 'the client was closed')
}

/** Sends a command and waits for its answer. @returns false when there is no connection */
function put(desk: Desk, asked: Asked): boolean {
  const { id, type, data, timeoutMs } = asked
  if (!desk.send({ id, type, data })) return false
  desk.waiting.set(id, asked)
  clearTimeout(asked.timer)
  asked.timer = setTimeout(() => {
    end(desk, asked, new GatewayError('timeout', `${type} was not answered`))
    pump(desk)
  }, timeoutMs)
  return true
}

function queueUp(desk: Desk, asked: Asked): void {
  const { queue, waiting } = desk
  const older = queue.find(({ id, type }) => type === asked.type && lastCounts.has(type) && !waiting.has(id))
  if (older) {
    asked.settle.push(...older.settle)
    clearTimeout(older.timer)
    desk.queue = queue.map(each => (each === older ? asked : each))
  } else if (queue.length >= queueAtMost)
    return end(desk, asked, new GatewayError('queue_full', `${queueAtMost} commands wait for the connection`))
  else queue.push(asked)
  waitForLine(desk, asked)
  pump(desk)
}

function waitForLine(desk: Desk, asked: Asked): void {
  const error = new GatewayError('timeout', `there was no connection for ${asked.type} in time`)
  asked.timer = setTimeout(() => end(desk, asked, error), desk.queueForMs)
}

/** Sends the first that waits, unless it is under way. The next follows its answer: they are done in order, and within the limits of the hub. */
function pump(desk: Desk): void {
  const [first] = desk.queue
  if (first && !desk.waiting.has(first.id)) put(desk, first)
}

/** It stays the first of the queue. */
function keepWaiting(desk: Desk, asked: Asked): void {
  desk.waiting.delete(asked.id)
  clearTimeout(asked.timer)
  waitForLine(desk, asked)
}

function postpone(desk: Desk, asked: Asked): void {
  keepWaiting(desk, asked)
  setTimeout(() => pump(desk), againMs)
}

function lost(desk: Desk): void {
  for (const asked of [...desk.waiting.values()]) {
    if (desk.queue.includes(asked)) keepWaiting(desk, asked)
    else end(desk, asked, new GatewayError('connection_lost', 'the connection was lost before the answer came'))
  }
}

function end(desk: Desk, asked: Asked, outcome: Record<string, unknown> | GatewayError): void {
  clearTimeout(asked.timer)
  desk.waiting.delete(asked.id)
  desk.queue = desk.queue.filter(each => each !== asked)
  for (const settle of asked.settle) settle(outcome)
}
