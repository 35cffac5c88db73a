import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { frameOf } from './gateway-raw.ts'

/** A client at the level of bytes: thousands of them cost less than the hub they are to try. */
export interface LightSocket {
  socket: Socket
  /** Called with every text frame. */
  heard: (text: Buffer) => void
}

/** Opens a WebSocket. @param path where another than that of `url`. @throws Error when it cannot be opened */
export async function openLight(url: string, path?: string): Promise<LightSocket> {
  const { hostname, port, pathname } = new URL(url)
  const socket = await reach(hostname, Number(port))
  const key = randomBytes(16).toString('base64')
  socket.write(
    `GET ${path ?? pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
  )
  const [answer] = (await once(socket, 'data', patiently())) as [Buffer]
  const head = answer.indexOf('\r\n\r\n')
  if (!answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) throw new Error(answer.toString('latin1', 0, 40))
  const light: LightSocket = { socket, heard: () => undefined }
  const read = frameReader(light)
  socket.on('data', read)
  read(answer.subarray(head + 4))
  return light
}

/** Asks over a connection of its own. @returns the body of the answer. @throws Error when it is not a good one */
export async function postLight(url: string, { path, key, body }: { path: string; key: string; body: object }) {
  const { hostname, port } = new URL(url)
  const socket = await reach(hostname, Number(port))
  const json = JSON.stringify(body)
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  )
  const parts: Buffer[] = []
  socket.on('data', part => void parts.push(part))
  await once(socket, 'end', patiently())
  socket.destroy()
  const answer = Buffer.concat(parts).toString()
  if (!answer.startsWith('HTTP/1.1 2')) throw new Error(answer.slice(0, 40))
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

/** Who is not answered gives up. */
function patiently(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(15_000) }
}

async function reach(host: string, port: number): Promise<Socket> {
  const socket = connect(port, host)
  // What waits for it is told by `once`; afterwards nobody needs to know.
  socket.on('error', () => undefined)
  await once(socket, 'connect', patiently())
  return socket
}

/** Tells of the text frames in what comes, and answers pings. The frames of a server are not masked. */
function frameReader(light: LightSocket): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return bytes => {
    let data = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
    for (;;) {
      const frame = firstFrame(data)
      if (!frame) break
      if (frame.opcode === 9) light.socket.write(frameOf('', 10))
      if (frame.opcode === 1) light.heard(data.subarray(frame.from, frame.to))
      data = data.subarray(frame.to)
    }
    rest = data
  }
}

function firstFrame(data: Buffer): { opcode: number; from: number; to: number } | null {
  if (data.length < 2) return null
  const short = (data[1] ?? 0) & 127
  const from = short < 126 ? 2 : short === 126 ? 4 : 10
  if (data.length < from) return null
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2))
  return data.length < from + length ? null : { opcode: (data[0] ?? 0) & 15, from, to: from + length }
}
