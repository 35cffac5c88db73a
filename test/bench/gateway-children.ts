import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a peer is told. */
export type PeerOrder = { do: 'cpu' } | { do: 'memory' } | { do: 'say'; times: number; text: string }

/** What the process of the clients is told. */
export type CrowdOrder =
  | { do: 'gather'; kind: string; url: string; count: number; tickets?: string[] }
  /** From here on frames are counted; and wait until each client has so many. */
  | { do: 'mark' }
  | { do: 'count'; each: number }
  | { do: 'roundTrips'; kind: string; times: number; command: object }
  | { do: 'rings'; nth: number; times: number }

/** What either says. */
export interface ChildAnswer {
  cpuSeconds?: number
  rss?: number
  held?: number
  times?: number[]
}

/** A process that obeys. */
export interface Child<Order> {
  url: string
  order(order: Order): Promise<ChildAnswer>
  end(): Promise<void>
}

/** A server of another kind, alone in its process. */
export function startPeer(kind: string): Promise<Child<PeerOrder>> {
  return start('gateway-peer.ts', [kind])
}

/** Clients, alone in their process. */
export function startCrowd(): Promise<Child<CrowdOrder>> {
  return start('gateway-crowd.ts', [])
}

async function start<Order>(file: string, args: string[]): Promise<Child<Order>> {
  const child = fork(join(import.meta.dirname, file), args, {
    execArgv: ['--expose-gc'],
    env: { PATH: process.env.PATH },
  })
  const waiting = new Map<number, (answer: ChildAnswer) => void>()
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (said: { url?: string; id?: number; answer?: ChildAnswer }) => {
      if (said.url !== undefined) resolve(said.url)
      else waiting.get(said.id ?? 0)?.(said.answer ?? {})
    })
    child.once('exit', code => reject(new Error(`${file} ended with ${code}`)))
  })
  let asked = 0
  return {
    url,
    order: order =>
      new Promise(resolve => {
        const id = ++asked
        waiting.set(id, resolve)
        child.send({ id, order } as object)
      }),
    end: async () => {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}
