import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { CrowdOrder } from './gateway-children.ts'

/** Clients at the level of bytes, thousands in one process: they count text frames, and read only those that they are asked to. */
interface Light {
  socket: Socket
  frames: number
  /** Called with every text, while somebody wants to read them. */
  read: ((text: string) => void) | null
}

const crowd: Light[] = []

/** A masked text frame, its mask all zeros. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text)
  const size = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), body])
}

/** Counts the frames in what comes. Those of a server are not masked. */
function frameReader(light: Light): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return bytes => {
    let data = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
    for (;;) {
      const frame = firstFrame(data)
      if (!frame) break
      if (frame.opcode === 9) light.socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]))
      if (frame.opcode === 1) {
        light.frames += 1
        if (light.read) light.read(data.toString('utf8', frame.from, frame.to))
        else if (data[frame.from] === 0x32 && frame.to - frame.from === 1) light.socket.write(frameOf('3'))
      }
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

async function join(url: string, kind: string, ticket: string | undefined): Promise<Light> {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const path = kind === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : pathname
  const key = randomBytes(16).toString('base64')
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
  )
  const light: Light = { socket, frames: 0, read: null }
  const [answer] = (await once(socket, 'data')) as [Buffer]
  const head = answer.indexOf('\r\n\r\n')
  const read = frameReader(light)
  const welcomed = new Promise<void>(resolve => {
    light.read = text => {
      if (kind === 'socket.io' ? text.startsWith('40') : text.includes('"welcome"')) resolve()
    }
  })
  socket.on('data', read)
  read(answer.subarray(head + 4))
  if (kind === 'socket.io') socket.write(frameOf('40'))
  if (ticket) socket.write(frameOf(JSON.stringify({ type: 'hello', data: { ticket } })))
  if (ticket || kind === 'socket.io') await welcomed
  light.read = null
  return light
}

async function gather({ url, kind, count, tickets }: Extract<CrowdOrder, { do: 'gather' }>): Promise<void> {
  let next = crowd.length
  const goal = next + count
  const worker = async (): Promise<void> => {
    while (next < goal) {
      const nth = next++
      crowd.push(await join(url, kind, tickets?.[nth]))
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker))
}

async function counted(before: number[], each: number): Promise<void> {
  while (!crowd.every(({ frames }, index) => frames - (before[index] ?? 0) >= each))
    await new Promise(wake => setTimeout(wake, 10))
}

/** Round trips of one client, one after the other, in milliseconds. */
async function roundTrips(kind: string, times: number, command: object): Promise<number[]> {
  const [light] = crowd
  if (!light) return []
  const spent: number[] = []
  for (let id = 1; id <= times; id++) {
    const text = JSON.stringify({ id: `a command with a long id ${process.pid} ${id}`, ...command })
    const startedAt = performance.now()
    const answered = new Promise<void>(resolve => {
      light.read = said => {
        if (said.includes(`${process.pid} ${id}`)) resolve()
      }
    })
    light.socket.write(frameOf(kind === 'socket.io' ? `42${JSON.stringify(['m', text])}` : text))
    await answered
    spent.push(performance.now() - startedAt)
  }
  light.read = null
  return spent
}

/** How long after they were published rings came, by the clock that all processes of a machine share; for the client with this number. */
function rings(nth: number, times: number): Promise<number[]> {
  const light = crowd[nth]
  const spent: number[] = []
  return new Promise(resolve => {
    if (!light) return resolve([])
    light.read = text => {
      const at = /"type":"call.ringing".*?"call":\{"id":"(\d+)"/.exec(text)?.[1]
      if (at) spent.push(Number(process.hrtime.bigint() - BigInt(at)) / 1e6)
      if (spent.length < times) return
      light.read = null
      resolve(spent)
    }
  })
}

const marks: { before: number[] } = { before: [] }

async function obey(order: CrowdOrder): Promise<object> {
  switch (order.do) {
    case 'gather':
      await gather(order)
      return {}
    case 'mark':
      marks.before = crowd.map(({ frames }) => frames)
      return {}
    case 'count':
      await counted(marks.before, order.each)
      return {}
    case 'roundTrips':
      return { times: await roundTrips(order.kind, order.times, order.command) }
    case 'rings':
      return { times: await rings(order.nth, order.times) }
  }
}

process.on('message', ({ id, order }: { id: number; order: CrowdOrder }) => {
  void obey(order).then(answer => process.send?.({ id, answer }))
})
process.send?.({ url: '' })
