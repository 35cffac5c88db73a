import { once } from 'node:events'
import { connect } from 'node:net'
import { randomBytes } from 'node:crypto'
import { AnyServerFrame, type ReplyFrame, type ServerFrame } from './protocol.ts'

/** A plain WebSocket with what it got. */
export interface TestClient {
  /** Every frame so far that is no reply, each checked against the protocol. */
  frames: ServerFrame[]
  send(frame: unknown): void
  sendText(text: string): void
  /** The next frame that fits, of those not yet waited for. */
  next<Type extends ServerFrame['type']>(type: Type): Promise<ServerFrame & { type: Type }>
  ask(type: string, data?: object, id?: string): Promise<ReplyFrame>
  nextReply(): Promise<ReplyFrame>
  close(code?: number): void
  closed: Promise<{ code: number; reason: string }>
}

/** Opens a plain WebSocket, without saying hello. */
export async function open(url: string): Promise<TestClient> {
  const socket = new WebSocket(url)
  const frames: ServerFrame[] = []
  const fresh: (ServerFrame | ReplyFrame)[] = []
  let rouse: () => void = () => undefined
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as ServerFrame | ReplyFrame
    if (!('re' in frame)) frames.push(AnyServerFrame.parse(frame))
    fresh.push(frame)
    rouse()
  }
  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason })
  })
  const take = async <Frame>(fits: (frame: ServerFrame | ReplyFrame) => boolean): Promise<Frame> => {
    for (;;) {
      const index = fresh.findIndex(fits)
      if (index >= 0) return fresh.splice(index, 1)[0] as Frame
      await new Promise<void>(resolve => (rouse = resolve))
    }
  }
  let asked = 0
  const client: TestClient = {
    frames,
    closed,
    send: frame => socket.send(JSON.stringify(frame)),
    sendText: text => socket.send(text),
    next: type => take(frame => 'type' in frame && frame.type === type),
    nextReply: () => take(frame => 're' in frame),
    ask: (type, data = {}, id = `a${++asked}`) => {
      client.send({ id, type, data })
      return take(frame => 're' in frame && frame.re === id)
    },
    close: code => socket.close(code),
  }
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('not opened'))
  })
  return client
}

/** Opens a plain WebSocket and says hello. */
export async function enter(
  { ticket, url }: { ticket: string; url: string },
  resume: { epoch?: string; seq?: number } = {},
): Promise<TestClient> {
  const client = await open(url)
  client.send({ type: 'hello', data: { ticket, ...resume } })
  return client
}

/** Asks for an upgrade with these headers and tells the status line of the answer. */
export async function upgradeStatus(url: string, headers: Record<string, string>): Promise<string> {
  const socket = await upgrade(url, headers)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return bytes.toString().split('\r\n')[0] ?? ''
}

/** A WebSocket that says hello and then reads nothing until told to, at the level of bytes. */
export async function deafClient({ ticket, url }: { ticket: string; url: string }) {
  const socket = await upgrade(url, {})
  await once(socket, 'data')
  const hello = Buffer.from(JSON.stringify({ type: 'hello', data: { ticket } }))
  // A masked text frame of less than 126 bytes, its mask all zeros.
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | hello.length, 0, 0, 0, 0]), hello]))
  await once(socket, 'data')
  socket.pause()
  return {
    /** Reads everything up to the end. */
    rest: async (): Promise<Buffer> => {
      const parts: Buffer[] = []
      for await (const part of socket) parts.push(part as Buffer)
      return Buffer.concat(parts)
    },
    destroy: () => void socket.destroy(),
  }
}

async function upgrade(url: string, headers: Record<string, string>) {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const lines = Object.entries({
    host: `${hostname}:${port}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`)
  return socket
}
