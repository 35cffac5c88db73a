import { makeEars, type Ears } from './client/ears.ts'
import { errorOf, GatewayError } from './client/error.ts'
import { frameIn } from './client/frame.ts'
import { hearOfNetwork } from './client/network.ts'
import { pauseAtMost } from './client/pause.ts'
import { makeRequests, type RequestOptions, type Requests, type Sent } from './client/requests.ts'
import type { CommandAnswer, CommandData, CommandName } from './protocol-commands.ts'
import type { ReplyFrame, ServerData, ServerFrame, ServerType } from './protocol.ts'

export { GatewayError, type ClientCode } from './client/error.ts'
export { signIn, ticketFrom, type Credentials, type TicketSettings } from './client/sign-in.ts'
export type { RequestOptions } from './client/requests.ts'
export type { CommandAnswer, CommandData, CommandName } from './protocol-commands.ts'

/** Where a client stands: asking for a ticket or connecting, welcomed, waiting to try again, or closed for good. */
export type ClientState = 'connecting' | 'live' | 'waiting' | 'closed'

/** What a client tells: the data of every frame of the server by its type, each frame whole, where it stands, and what went wrong while it tries on. */
export type ClientEvents = { [Type in ServerType]: ServerData[Type] } & {
  frame: ServerFrame
  state: ClientState
  trouble: Error
}

/** How to reach the gateway. */
export interface ClientSettings {
  /** Gets a new ticket for each connection, and to go on with one whose token ends: then with a token that is new. See `ticketFrom`. */
  ticket(wish: { isRenewal: boolean }): Promise<{ ticket: string; url: string }>
  /** A name for this device, the same whenever it comes back: answering on one silences the person's others. Default: one made up for this client. */
  device?: string
  /** The longest pause between two tries. Default 10 s. */
  pauseAtMostMs?: number
  /** How long nothing may come before the client asks whether the line is alive. Default 25 s. */
  quietMs?: number
  /** How long the answer to that may take before the line counts as lost. Default 10 s. */
  pongMs?: number
  /** How long a safe command (`presence.set`, `message.read`, `call.note`) waits for a connection. Default 5 minutes. */
  queueForMs?: number
  /** 0 to 1, for the jitter. Default `Math.random`. */
  random?(): number
}

/** A connection to the gateway that comes back by itself and misses nothing, or says `reset`. */
export interface GatewayClient {
  /** Hears of something from now on. @returns a function that ends it */
  on<Name extends keyof ClientEvents>(name: Name, hear: (data: ClientEvents[Name]) => void): () => void
  /**
   * Gives a command. Safe ones wait for a connection, and are repeated under the same id when it is lost; others fail.
   * @throws GatewayError as the hub answered; `unavailable` when not connected; `connection_lost` when it may or may not have been done
   */
  request<Name extends CommandName>(
    type: Name,
    data: CommandData[Name],
    options?: RequestOptions,
  ): Promise<CommandAnswer[Name]>
  /** As `request`, for a command that this client does not know: of a part of another's making. */
  ask(type: string, data?: object, options?: RequestOptions): Promise<Record<string, unknown>>
  state(): ClientState
  /** Tries at once when it waits, such as when the device woke up. In a browser it does so by itself when the network is back. */
  wake(): void
  /** Says goodbye; the client does not come back, and what waits for an answer fails with `closed`. */
  close(): void
}

const welcomeMs = 10_000
/** A connection that lived so long counts as a good one: the pauses begin anew. */
const goodAfterMs = 5_000
/** Who was let in begins no worse than so, when the line is lost again before: a line that comes and goes is no hub that has too much to do. */
const failuresOnceIn = 1
/** A close code of ours: the server takes it for a lost network, and the person stays connected while we come back. */
const comingBack = 4900

type Timer = ReturnType<typeof setTimeout> | undefined

/** One client, as it stands. */
interface Line {
  readonly settings: ClientSettings
  readonly ears: Ears<ClientEvents>
  readonly requests: Requests
  readonly device: string
  state: ClientState
  socket: WebSocket | null
  /** The last counted frame we had. */
  known: { epoch: string; seq: number } | null
  /** Which try this is: what comes of an older one counts no more. */
  tries: number
  failures: number
  /** When it was last live, or first could not be; null while it is live. */
  awaySince: number | null
  /** When the hub said to come back. */
  comeBackInMs: number | null
  timer: Timer
  silence: Timer
  renewal: Timer
}

/** Connects, and stays connected until closed. Runs in browsers and in Node 22. */
export function connectGateway(settings: ClientSettings): GatewayClient {
  const send = (command: Sent): boolean => sendOn(line, command)
  const requests = makeRequests({ send, newId, queueForMs: settings.queueForMs ?? 300_000 })
  const nothing = { socket: null, known: null, tries: 0, failures: 0, awaySince: null, comeBackInMs: null }
  const timers = { timer: undefined, silence: undefined, renewal: undefined }
  const device = settings.device ?? newId()
  const line: Line = { settings, ears: makeEars(), requests, device, state: 'connecting', ...nothing, ...timers }
  const wake = (): void => {
    if (line.state === 'waiting') void connect(line)
  }
  const stopHearing = hearOfNetwork(wake)
  void connect(line)
  return {
    on: line.ears.on,
    request: (type, data, options) => requests.ask(type, data, options) as Promise<never>,
    ask: (type, data = {}, options = {}) => requests.ask(type, data, options),
    state: () => line.state,
    wake,
    close: () => {
      stopHearing()
      close(line)
    },
  }
}

function sendOn({ state, socket }: Line, command: Sent): boolean {
  if (state !== 'live' || !socket) return false
  socket.send(JSON.stringify(command))
  return true
}

/** Unlike `crypto.randomUUID`, also on pages that came over plain HTTP. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}

function close(line: Line): void {
  const { socket } = line
  stopTimers(line)
  become(line, 'closed')
  line.requests.closed()
  if (socket) leave(line, socket, { code: 1000, reason: 'goodbye' })
}

function stopTimers(line: Line): void {
  clearTimeout(line.timer)
  clearTimeout(line.silence)
  clearTimeout(line.renewal)
}

function become(line: Line, state: ClientState): void {
  if (line.state === state) return
  line.state = state
  line.ears.tell('state', state)
}

async function connect(line: Line): Promise<void> {
  const nth = ++line.tries
  const isCurrent = (): boolean => line.state === 'connecting' && line.tries === nth
  stopTimers(line)
  become(line, 'connecting')
  // More each time: a hub that has too much to do is not helped by those who leave the queue to stand at its end again.
  const patienceMs = welcomeMs * Math.min(line.failures + 1, 6)
  line.timer = setTimeout(() => giveUp(line, 'no welcome came in time'), patienceMs)
  try {
    const { ticket, url } = await line.settings.ticket({ isRenewal: false })
    if (isCurrent()) use(line, new WebSocket(url), ticket)
  } catch (error) {
    if (isCurrent()) lost(line, errorOf(error))
  }
}

function use(line: Line, socket: WebSocket, ticket: string): void {
  line.socket = socket
  let isOpen = false
  socket.onopen = () => {
    isOpen = true
    socket.send(JSON.stringify({ type: 'hello', data: { ticket, versions: [1], device: line.device, ...line.known } }))
  }
  socket.onmessage = ({ data }) => {
    listen(line)
    const frame = frameIn(data)
    if (frame) receive(line, frame)
  }
  socket.onclose = ({ code, reason }) =>
    lost(line, new GatewayError('connection_lost', `closed with ${code} ${reason}`.trim()))
  // Node tells by this alone of a socket that could not be opened; of one that was open it tells by `close` too, as browsers always do.
  socket.onerror = () => {
    if (isOpen || line.socket !== socket) return
    leave(line, socket, { code: comingBack, reason: '' })
    lost(line, new GatewayError('connection_lost', 'the gateway could not be reached'))
  }
}

/** From now on, silence is noticed. */
function listen(line: Line): void {
  const { quietMs = 25_000, pongMs = 10_000 } = line.settings
  clearTimeout(line.silence)
  line.silence = setTimeout(() => {
    line.silence = setTimeout(() => giveUp(line, 'the line is silent'), pongMs)
    line.socket?.send(JSON.stringify({ id: 'alive', type: 'ping' }))
  }, quietMs)
}

/** A socket whose network is gone would tell so only after minutes: it is left to itself. */
function giveUp(line: Line, reason: string): void {
  const { socket } = line
  if (socket) leave(line, socket, { code: comingBack, reason })
  lost(line, new GatewayError('connection_lost', reason))
}

function leave(line: Line, socket: WebSocket, { code, reason }: { code: number; reason: string }): void {
  line.socket = null
  socket.onopen = () => socket.close(code, reason)
  socket.onmessage = null
  socket.onclose = null
  socket.onerror = null
  if (socket.readyState === socket.OPEN) socket.close(code, reason)
}

function receive(line: Line, frame: ServerFrame | ReplyFrame): void {
  if ('re' in frame) return line.requests.settle(frame)
  if (frame.type === 'welcome') welcomed(line, frame.data, frame.at)
  else if (frame.type === 'notice') line.comeBackInMs = frame.data.reconnectInMs
  else if (frame.type !== 'reset' && !isNext(line, frame.seq)) return
  line.ears.tell('frame', frame)
  line.ears.tell(frame.type, frame.data)
  if (frame.type === 'welcome') line.requests.connected()
}

function welcomed(line: Line, { epoch, seq, endsAt }: ServerData['welcome'], at: string): void {
  clearTimeout(line.timer)
  renewBefore(line, endsAt ?? null, new Date(at).getTime())
  line.failures = Math.min(line.failures, failuresOnceIn)
  line.timer = setTimeout(() => (line.failures = 0), goodAfterMs)
  line.known = { epoch, seq }
  line.awaySince = null
  become(line, 'live')
}

/** The most a timer takes. */
const longestMs = 2 ** 31 - 1

/**
 * Has the connection go on for as long as a new ticket is good, in time before it ends. Without that the hub closes it, and the client comes back.
 * @param hubNow what the hub's clock says: ours may be wrong
 */
function renewBefore(line: Line, endsAt: string | null, hubNow: number): void {
  clearTimeout(line.renewal)
  if (endsAt === null) return
  const leftMs = new Date(endsAt).getTime() - hubNow
  line.renewal = setTimeout(
    () =>
      void renew(line, hubNow + renewAfter(leftMs)).catch((error: unknown) =>
        line.ears.tell('trouble', errorOf(error)),
      ),
    renewAfter(leftMs),
  )
}

/** After four fifths of the time that is left. */
function renewAfter(leftMs: number): number {
  return Math.min(Math.max(leftMs * 0.8, 1_000), longestMs)
}

async function renew(line: Line, hubNow: number): Promise<void> {
  const { socket } = line
  const { ticket } = await line.settings.ticket({ isRenewal: true })
  if (line.socket !== socket) return
  const { endsAt } = await line.requests.ask('session.renew', { ticket })
  renewBefore(line, typeof endsAt === 'string' ? endsAt : null, hubNow)
}

/** Whether this is the next counted frame; then it is noted. After a gap, which should not be, what is missing is asked for anew. */
function isNext(line: Line, seq: number): boolean {
  const { known } = line
  if (!known || seq <= known.seq) return false
  if (seq > known.seq + 1) giveUp(line, 'a frame is missing')
  else line.known = { ...known, seq }
  return seq === known.seq + 1
}

function lost(line: Line, error: Error): void {
  stopTimers(line)
  line.socket = null
  if (line.state === 'closed') return
  const { random = Math.random, pauseAtMostMs = 10_000 } = line.settings
  line.awaySince ??= performance.now()
  const outage = { failures: line.failures, awayMs: performance.now() - line.awaySince }
  const pauseMs = line.comeBackInMs ?? random() * pauseAtMost(outage, pauseAtMostMs)
  line.failures += 1
  line.comeBackInMs = null
  line.timer = setTimeout(() => void connect(line), pauseMs)
  become(line, 'waiting')
  line.requests.lost()
  line.ears.tell('trouble', error)
}
