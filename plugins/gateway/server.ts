import { OptionError } from '@switchboard/core'
import * as uws from 'uWebSockets.js'
import { addressIn } from './address.ts'
import type { Limits } from './limits.ts'

/** One client's socket. Harmless to use after it closed. */
export interface Socket {
  /** @returns bytes the client has not taken yet */
  send(texts: readonly string[]): number
  unsent(): number
  close(code: number, reason: string): void
}

/** Who hears of one socket. `frame`: `text` is null when it was binary. `closed` comes once, and last. */
export interface SocketEars {
  frame(text: string | null, bytes: number): void
  drained(): void
  closed(code: number): void
}

/** What to listen on, whom to let in, and who hears of it. */
export interface ServerSettings {
  host: string
  /** 0: any free one. */
  port: number
  /** The files of the certificate and its key; without them it is plain, for a machine alone or behind a proxy that speaks TLS. */
  tls?: Tls | undefined
  limits: Limits
  /** Why this connection may not be; null when it may. */
  refusal(asker: Asker): { status: string; reason: string } | null
  opened(socket: Socket, address: string): SocketEars
}

/** Who wants a connection. */
export interface Asker {
  /** Empty for programs that are no browsers. */
  origin: string
  /** The network address it comes from; empty for the machine itself, where nobody says for whom. */
  address: string
}

/** Where the certificate is, in PEM. */
export interface Tls {
  certFile: string
  keyFile: string
  passphrase?: string | undefined
}

/** A listening server. */
export interface Server {
  port: number
  /** Cuts every connection and stops listening. */
  close(): void
}

interface Holder {
  ears: SocketEars | null
  address: string
}

/** The values of `LIBUS_LISTEN_DEFAULT`, with which several sockets may listen on one port, and `LIBUS_LISTEN_EXCLUSIVE_PORT`. */
const [sharedPort, exclusivePort] = [0, 1]
/**
 * So many sockets listen, where the system spreads connections among them. uWebSockets.js has each keep 512 who knock: when a network is back thousands do
 * at once, and whoever finds no place is heard by the system only after a second, three, or seven.
 */
const queues = 8
/** uWebSockets.js pings after this minus 16 s of silence, and cuts the connection when no pong came by the end. */
const idleTimeoutSeconds = 41

/** Listens for WebSocket connections on `/gateway`. @throws OptionError when the port cannot be opened */
export function listen(settings: ServerSettings): Server {
  const app = appOf(settings)
  app.ws<Holder>('/gateway', behaviour(settings))
  app.any('/*', response => {
    response.writeStatus('404 Not Found').end('the gateway is a WebSocket at /gateway')
  })
  return { port: openPort(app, settings), close: () => void app.close() }
}

/** With TLS, when there are a certificate and its key. @throws OptionError when they are not good */
function appOf({ tls }: ServerSettings): uws.TemplatedApp {
  if (!tls) return uws.App()
  const { certFile, keyFile, passphrase } = tls
  try {
    return uws.SSLApp({ cert_file_name: certFile, key_file_name: keyFile, ...(passphrase ? { passphrase } : {}) })
  } catch {
    const message = 'the certificate and the key do not go together, or are not in PEM'
    throw new OptionError([{ path: 'plugins.gateway.tls', message }])
  }
}

/**
 * Opens the port, if nobody else has it: two hubs that shared one would each get some of the clients. So it is first asked for alone; the sockets that
 * listen afterwards share it with each other, and whoever asks for it alone is refused.
 * @returns its number
 */
function openPort(app: uws.TemplatedApp, { host, port }: ServerSettings): number {
  const alone = open(app, { host, port, how: exclusivePort })
  if (!alone) throw taken(app, { host, port })
  const found = uws.us_socket_local_port(alone)
  uws.us_listen_socket_close(alone)
  const sockets = Array.from({ length: queues }, () => open(app, { host, port: found, how: sharedPort }))
  // A system that knows no sharing opens the first, and that is enough.
  if (!sockets[0]) throw taken(app, { host, port })
  return found
}

function open(app: uws.TemplatedApp, { host, port, how }: { host: string; port: number; how: number }) {
  let opened: uws.us_listen_socket | false = false
  // The typings lack the form with a host and options.
  const listen = app.listen as unknown as (
    host: string,
    port: number,
    options: number,
    then: (socket: typeof opened) => void,
  ) => void
  listen.call(app, host, port, how, socket => {
    opened = socket
  })
  return opened as typeof opened
}

function taken(app: uws.TemplatedApp, { host, port }: { host: string; port: number }): OptionError {
  app.close()
  const message = `${host}:${port} cannot be opened: another program has the port (set GATEWAY_PORT), or the host is not an address of this machine`
  return new OptionError([{ path: 'plugins.gateway.port', message }])
}

function behaviour(settings: ServerSettings): uws.WebSocketBehavior<Holder> {
  return {
    // Above our own limit, so that a frame that is too big is told so instead of being cut off.
    maxPayloadLength: 4 * settings.limits.frameBytes,
    maxBackpressure: 4 * settings.limits.unsentBytes,
    idleTimeout: idleTimeoutSeconds,
    sendPingsAutomatically: true,
    upgrade: (response, request, context) => {
      const address = addressIn(response.getRemoteAddress(), request.getHeader('x-forwarded-for'))
      const refusal = settings.refusal({ origin: request.getHeader('origin'), address })
      if (refusal) return void response.writeStatus(refusal.status).end(refusal.reason)
      const [key, protocol, extensions] = ['key', 'protocol', 'extensions'].map(name =>
        request.getHeader(`sec-websocket-${name}`),
      )
      response.upgrade<Holder>({ ears: null, address }, key ?? '', protocol ?? '', extensions ?? '', context)
    },
    open: ws => {
      const holder = ws.getUserData()
      holder.ears = settings.opened(socketOf(ws, holder), holder.address)
    },
    message: (ws, bytes, isBinary) => {
      // The bytes die with this call: decoding copies them.
      ws.getUserData().ears?.frame(isBinary ? null : Buffer.from(bytes).toString(), bytes.byteLength)
    },
    drain: ws => ws.getUserData().ears?.drained(),
    close: (ws, code) => {
      const holder = ws.getUserData()
      const { ears } = holder
      holder.ears = null
      ears?.closed(code)
    },
  }
}

/** uWebSockets.js throws when a closed socket is touched, and tells of dropped bytes by a number only. */
function socketOf(ws: uws.WebSocket<Holder>, holder: Holder): Socket {
  const isOpen = (): boolean => holder.ears !== null
  return {
    send: texts => {
      if (!isOpen()) return 0
      const [only] = texts
      // The usual case, with as few crossings into native code as can be: 1 is "all gone".
      if (only !== undefined && texts.length === 1) return unsentAfter(ws, ws.send(only))
      let isDropped = false
      ws.cork(() => {
        for (const text of texts) isDropped = ws.send(text) === 2 || isDropped
      })
      return isDropped ? Infinity : ws.getBufferedAmount()
    },
    unsent: () => (isOpen() ? ws.getBufferedAmount() : 0),
    close: (code, reason) => {
      if (isOpen()) ws.end(code, reason)
    },
  }
}

function unsentAfter(ws: uws.WebSocket<Holder>, sent: number): number {
  if (sent === 1) return 0
  return sent === 2 ? Infinity : ws.getBufferedAmount()
}
