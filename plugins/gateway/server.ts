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

/** The value of `LIBUS_LISTEN_EXCLUSIVE_PORT`: without it two hubs would share one port, each getting some of the clients. */
const exclusivePort = 1
/** uWebSockets.js pings after this minus 16 s of silence, and cuts the connection when no pong came by the end. */
const idleTimeoutSeconds = 41

/** Listens for WebSocket connections on `/gateway`. @throws OptionError when the port cannot be opened */
export function listen(settings: ServerSettings): Server {
  const app = appOf(settings)
  app.ws<Holder>('/gateway', behaviour(settings))
  app.any('/*', response => {
    response.writeStatus('404 Not Found').end('the gateway is a WebSocket at /gateway')
  })
  const socket = openPort(app, settings)
  return { port: uws.us_socket_local_port(socket), close: () => void app.close() }
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

function openPort(app: uws.TemplatedApp, { host, port }: ServerSettings): uws.us_socket {
  let opened: uws.us_listen_socket | false = false
  // The typings lack the form with a host and options.
  const open = app.listen as unknown as (
    host: string,
    port: number,
    options: number,
    then: (socket: typeof opened) => void,
  ) => void
  open.call(app, host, port, exclusivePort, socket => {
    opened = socket
  })
  if (opened) return opened
  app.close()
  const message = `${host}:${port} cannot be opened: another program has the port (set GATEWAY_PORT), or the host is not an address of this machine`
  throw new OptionError([{ path: 'plugins.gateway.port', message }])
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
