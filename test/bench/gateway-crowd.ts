import { openLight, type LightSocket } from '@switchboard/test-drills/gateway-light'
import { frameOf } from '@switchboard/test-drills/gateway-raw'
import type { CrowdOrder } from './gateway-children.ts'

/** Clients, thousands in one process: they count text frames, and read only those that they are asked to. */
interface Light extends LightSocket {
  frames: number
  /** Called with every text, while somebody wants to read them. */
  read: ((text: string) => void) | null
}

const crowd: Light[] = []

async function join(url: string, kind: string, ticket: string | undefined): Promise<Light> {
  const path = kind === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : undefined
  const light: Light = Object.assign(await openLight(url, path), { frames: 0, read: null })
  const welcomed = new Promise<void>(resolve => {
    light.read = text => {
      if (kind === 'socket.io' ? text.startsWith('40') : text.includes('"welcome"')) resolve()
    }
  })
  light.heard = text => {
    light.frames += 1
    if (light.read) light.read(text.toString())
    // The ping of socket.io.
    else if (text.length === 1 && text[0] === 0x32) light.socket.write(frameOf('3'))
  }
  if (kind === 'socket.io') light.socket.write(frameOf('40'))
  if (ticket) light.socket.write(frameOf(JSON.stringify({ type: 'hello', data: { ticket } })))
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
