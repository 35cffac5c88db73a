import type { ReplyFrame, ServerData, ServerFrame, ServerType } from './protocol.ts'

/** Where a client stands: asking for a ticket or connecting, welcomed, waiting to try again, or closed for good. */
export type ClientState = 'connecting' | 'live' | 'waiting' | 'closed'

/** What a client tells: every frame of the server by its type, where it stands, and what went wrong while it tries on. */
export type ClientEvents = { [Type in ServerType]: ServerData[Type] } & { state: ClientState; trouble: Error }

/** How to reach the gateway. */
export interface ClientSettings {
  /** Gets a new ticket for each connection, from `POST /api/gateway/ticket`. */
  ticket(): Promise<{ ticket: string; url: string }>
  /** 0 to 1, for the jitter. Default `Math.random`. */
  random?(): number
  /** The longest pause between two tries. Default 10 s. */
  pauseAtMostMs?: number
}

/** A connection to the gateway that comes back by itself and misses nothing, or says `reset`. */
export interface GatewayClient {
  /** Hears of something from now on. @returns a function that ends it */
  on<Name extends keyof ClientEvents>(name: Name, hear: (data: ClientEvents[Name]) => void): () => void
  /** Gives a command. @throws GatewayError as the hub answered; `connection_lost` when it may or may not have been done */
  request(type: string, data?: object): Promise<Record<string, unknown>>
  state(): ClientState
  /** Says goodbye; the client does not come back. */
  close(): void
}

/** A command that was refused, or not answered. */
export class GatewayError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'GatewayError'
    this.code = code
  }
}

const welcomeMs = 10_000
const answerMs = 15_000
const firstPauseMs = 500
/** A close code of ours: the server takes it for a lost network, and the person stays connected while we come back. */
const comingBack = 4900

/** One client, as it stands. */
interface Line {
  readonly settings: ClientSettings
  readonly events: ReturnType<typeof makeEvents>
  readonly asked: ReturnType<typeof makeRequests>
  state: ClientState
  socket: WebSocket | null
  /** The last counted frame we had. */
  known: { epoch: string; seq: number } | null
  failures: number
  /** When the hub said to come back. */
  comeBackInMs: number | null
  timer: ReturnType<typeof setTimeout> | undefined
}

/** Connects, and stays connected until closed. Runs in browsers and in Node 22. */
export function connectGateway(settings: ClientSettings): GatewayClient {
  const nothing = { socket: null, known: null, failures: 0, comeBackInMs: null, timer: undefined }
  const line: Line = { settings, events: makeEvents(), asked: makeRequests(), state: 'connecting', ...nothing }
  void connect(line)
  return {
    on: line.events.on,
    request: async (type, data = {}) => {
      if (line.state === 'live' && line.socket) return line.asked.ask(line.socket, type, data)
      throw new GatewayError('unavailable', 'not connected; try again when live')
    },
    state: () => line.state,
    close: () => {
      clearTimeout(line.timer)
      become(line, 'closed')
      line.socket?.close(1000, 'goodbye')
    },
  }
}

function become(line: Line, state: ClientState): void {
  if (line.state === state) return
  line.state = state
  line.events.tell('state', state)
}

async function connect(line: Line): Promise<void> {
  become(line, 'connecting')
  try {
    const { ticket, url } = await line.settings.ticket()
    if (line.state === 'connecting') use(line, new WebSocket(url), ticket)
  } catch (error) {
    lost(line, error instanceof Error ? error : new Error(String(error)))
  }
}

function use(line: Line, socket: WebSocket, ticket: string): void {
  line.socket = socket
  line.timer = setTimeout(() => socket.close(comingBack, 'no welcome'), welcomeMs)
  socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', data: { ticket, ...line.known } }))
  socket.onmessage = ({ data }) => receive(line, JSON.parse(String(data)) as ServerFrame | ReplyFrame)
  socket.onclose = ({ code, reason }) =>
    lost(line, new GatewayError('connection_lost', `closed with ${code} ${reason}`.trim()))
}

function receive(line: Line, frame: ServerFrame | ReplyFrame): void {
  if ('re' in frame) return line.asked.settle(frame)
  if (frame.type === 'welcome') welcomed(line, frame.data)
  else if (frame.type === 'notice') line.comeBackInMs = frame.data.reconnectInMs
  else if (frame.type !== 'reset' && !isNext(line, frame.seq)) return
  line.events.tell(frame.type, frame.data)
}

function welcomed(line: Line, { epoch, seq }: ServerData['welcome']): void {
  clearTimeout(line.timer)
  line.failures = 0
  line.known = { epoch, seq }
  become(line, 'live')
}

/** Whether this is the next counted frame; then it is noted. After a gap, which should not be, what is missing is asked for anew. */
function isNext(line: Line, seq: number): boolean {
  const { known, socket } = line
  if (!known || seq <= known.seq) return false
  if (seq > known.seq + 1) socket?.close(comingBack, 'a frame is missing')
  else line.known = { ...known, seq }
  return seq === known.seq + 1
}

function lost(line: Line, error: Error): void {
  clearTimeout(line.timer)
  line.socket = null
  line.asked.failAll(new GatewayError('connection_lost', 'the connection was lost before the answer came'))
  if (line.state === 'closed') return
  const { random = Math.random, pauseAtMostMs = 10_000 } = line.settings
  const pauseMs = line.comeBackInMs ?? random() * Math.min(firstPauseMs * 2 ** line.failures, pauseAtMostMs)
  line.failures += 1
  line.comeBackInMs = null
  line.timer = setTimeout(() => void connect(line), pauseMs)
  line.events.tell('trouble', error)
  become(line, 'waiting')
}

/** Who hears of what. */
function makeEvents() {
  const ears = new Map<string, Set<(data: never) => void>>()
  return {
    on: <Name extends keyof ClientEvents>(name: Name, hear: (data: ClientEvents[Name]) => void): (() => void) => {
      const hearing = ears.get(name) ?? new Set()
      ears.set(name, hearing.add(hear))
      return () => void hearing.delete(hear)
    },
    tell: <Name extends keyof ClientEvents>(name: Name, data: ClientEvents[Name]): void => {
      for (const hear of ears.get(name) ?? []) hear(data as never)
    },
  }
}

interface Asked {
  resolve(data: Record<string, unknown>): void
  reject(error: GatewayError): void
  timer: ReturnType<typeof setTimeout>
}

/** Requests that wait for their answers. */
function makeRequests() {
  const waiting = new Map<string, Asked>()
  let count = 0
  const take = (id: string): Asked | undefined => {
    const asked = waiting.get(id)
    clearTimeout(asked?.timer)
    waiting.delete(id)
    return asked
  }
  return {
    ask: (socket: WebSocket, type: string, data: object): Promise<Record<string, unknown>> =>
      new Promise((resolve, reject) => {
        const id = `r${++count}`
        const giveUp = (): void => take(id)?.reject(new GatewayError('timeout', `${type} was not answered`))
        waiting.set(id, { resolve, reject, timer: setTimeout(giveUp, answerMs) })
        socket.send(JSON.stringify({ id, type, data }))
      }),
    settle: (reply: ReplyFrame): void => {
      const asked = take(String(reply.re))
      if (reply.ok) asked?.resolve(reply.data)
      else asked?.reject(new GatewayError(reply.error.code, reply.error.message))
    },
    failAll: (error: GatewayError): void => {
      for (const id of waiting.keys()) take(id)?.reject(error)
    },
  }
}
