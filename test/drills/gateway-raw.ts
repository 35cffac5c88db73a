import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { emailOf, type GatewayHub } from './gateway-hub.ts'

/** A WebSocket at the level of bytes, for what no library would send. */
export interface RawClient {
  socket: Socket
  /** The code of the close frame, or what became of the connection. */
  closed: Promise<number | 'cut'>
  /** The status of the answer to the upgrade. */
  status: number
}

/** A ticket for somebody. */
export async function ticketFor(hub: GatewayHub, n: number): Promise<{ ticket: string; url: string }> {
  const response = await fetch(`${hub.url}/api/gateway/ticket`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.key}` },
    body: JSON.stringify({ staff: emailOf(n) }),
  })
  if (response.status !== 201) throw new Error(`the ticket was refused: ${response.status} ${await response.text()}`)
  return (await response.json()) as { ticket: string; url: string }
}

/** Asks for an upgrade. */
export async function openRaw(url: string, headers: Record<string, string> = {}): Promise<RawClient> {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const lines = Object.entries({
    ...{ host: `${hostname}:${port}`, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    ...{ 'sec-websocket-key': randomBytes(16).toString('base64'), ...headers },
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`)
  let got = Buffer.alloc(0)
  const closed = new Promise<number | 'cut'>(resolve => socket.once('close', () => resolve(closeCodeIn(got))))
  const status = await new Promise<number>(resolve => {
    socket.on('data', (bytes: Buffer) => {
      got = Buffer.concat([got, bytes]).subarray(-4096)
      const line = /^HTTP\/1\.1 (\d+)/.exec(got.toString('latin1'))
      if (line) resolve(Number(line[1]))
    })
    socket.once('close', () => resolve(0))
  })
  return { socket, closed, status }
}

/** The code of the close frame at the end of what came; its words follow it. */
function closeCodeIn(bytes: Buffer): number | 'cut' {
  for (let at = bytes.length - 4; at >= 0; at--) {
    const length = bytes[at + 1] ?? 0
    if (bytes[at] === 0x88 && length >= 2 && at + 2 + length === bytes.length) return bytes.readUInt16BE(at + 2)
  }
  return 'cut'
}

/** A masked frame, its mask all zeros. Default: text. */
export function frameOf(payload: Buffer | string, opcode = 1): Buffer {
  const body = Buffer.from(payload)
  const { length } = body
  const size =
    length < 126
      ? [0x80 | length]
      : length < 65_536
        ? [0x80 | 126, length >> 8, length & 255]
        : [0x80 | 127, 0, 0, 0, 0, ...quad(length)]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), body])
}

function quad(length: number): number[] {
  return [24, 16, 8, 0].map(shift => (length >>> shift) & 255)
}

/** The hello of this ticket, as bytes. */
export function helloOf(ticket: string): Buffer {
  return frameOf(JSON.stringify({ type: 'hello', data: { ticket } }))
}
