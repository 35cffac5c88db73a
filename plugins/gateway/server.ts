import { OptionError } from '@switchboard/core'
import * as uws from 'uWebSockets.js'
import { limits } from './limits.ts'

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
  /** Why this connection may not be; null when it may. `origin` is empty for programs that are no browsers. */
  refusal(origin: string): { status: string; reason: string } | null
  opened(socket: Socket): SocketEars
}

/** A listening server. */
export interface Server {
  port: number
  /** Cuts every connection and stops listening. */
  close(): void
}

interface Holder {
  ears: SocketEars | null
}

/** The value of `LIBUS_LISTEN_EXCLUSIVE_PORT`: without it two hubs would share one port, each getting some of the clients. */
const exclusivePort = 1
/** uWebSockets.js pings after this minus 16 s of silence, and cuts the connection when no pong came by the end. */
const idleTimeoutSeconds = 41

/** Listens for WebSocket connections on `/gateway`. @throws OptionError when the port cannot be opened */
export function listen(settings: ServerSettings): Server {
  const app = uws.App()
  app.ws<Holder>('/gateway', behaviour(settings))
  app.any('/*', response => {
    response.writeStatus('404 Not Found').end('the gateway is a WebSocket at /gateway')
  })
  const socket = openPort(app, settings)
  return { port: uws.us_socket_local_port(socket), close: () => void app.close() }
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
    maxPayloadLength: 4 * limits.frameBytes,
    maxBackpressure: 4 * limits.unsentBytes,
    idleTimeout: idleTimeoutSeconds,
    sendPingsAutomatically: true,
    upgrade: (response, request, context) => {
      const refusal = settings.refusal(request.getHeader('origin'))
      if (refusal) return void response.writeStatus(refusal.status).end(refusal.reason)
      const [key, protocol, extensions] = ['key', 'protocol', 'extensions'].map(name =>
        request.getHeader(`sec-websocket-${name}`),
      )
      response.upgrade<Holder>({ ears: null }, key ?? '', protocol ?? '', extensions ?? '', context)
    },
    open: ws => {
      ws.getUserData().ears = settings.opened(socketOf(ws))
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
function socketOf(ws: uws.WebSocket<Holder>): Socket {
  const isOpen = (): boolean => {
    try {
      return ws.getUserData().ears !== null
    } catch {
      return false
    }
  }
  return {
    send: texts => {
      if (!isOpen()) return 0
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
