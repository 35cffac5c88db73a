import { createServer } from 'node:http'
import { resourceUsage } from 'node:process'
import { Server } from 'socket.io'
import * as uws from 'uWebSockets.js'
import { WebSocketServer } from 'ws'
import type { ChildAnswer, PeerOrder } from './gateway-children.ts'

/** A server that does by itself what the gateway does with sessions, tickets and resuming: sends one text to everybody, and answers pings. */
interface Peer {
  port: number
  toAll(text: string): void
}

const kinds: Readonly<Record<string, () => Promise<Peer>>> = { uws: uwsPeer, ws: wsPeer, 'socket.io': socketIoPeer }

function answerTo(text: string): string {
  return JSON.stringify({ re: (JSON.parse(text) as { id?: unknown }).id ?? null, ok: true, data: {} })
}

async function uwsPeer(): Promise<Peer> {
  const app = uws.App()
  app.ws('/gateway', {
    open: ws => void ws.subscribe('all'),
    message: (ws, bytes) => void ws.send(answerTo(Buffer.from(bytes).toString())),
  })
  const socket = await new Promise<uws.us_listen_socket>(resolve => {
    app.listen('127.0.0.1', 0, opened => {
      if (opened) resolve(opened)
    })
  })
  return { port: uws.us_socket_local_port(socket), toAll: text => void app.publish('all', text) }
}

async function wsPeer(): Promise<Peer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', socket => {
    socket.on('message', bytes => socket.send(answerTo(String(bytes))))
  })
  await new Promise(resolve => server.once('listening', resolve))
  return {
    port: (server.address() as { port: number }).port,
    toAll: text => {
      for (const client of server.clients) client.send(text)
    },
  }
}

async function socketIoPeer(): Promise<Peer> {
  const http = createServer()
  const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
  server.on('connection', socket => {
    socket.on('m', (text: string) => void socket.emit('m', answerTo(text)))
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  return { port: (http.address() as { port: number }).port, toAll: text => void server.emit('m', text) }
}

const peer = await kinds[process.argv[2] ?? '']?.()
process.on('message', ({ id, order }: { id: number; order: PeerOrder }) => {
  void obey(order).then(answer => process.send?.({ id, answer }))
})
process.send?.({ url: `ws://127.0.0.1:${peer?.port}/gateway` })

async function obey(order: PeerOrder): Promise<ChildAnswer> {
  if (order.do === 'say') return say(order)
  if (order.do === 'cpu') {
    const { userCPUTime, systemCPUTime } = resourceUsage()
    return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }
  }
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, held: heapUsed + external }
}

/** As often as the gateway is told of an event, each in a turn of its own. */
async function say({ times, text }: { times: number; text: string }): Promise<ChildAnswer> {
  for (let time = 0; time < times; time++) {
    peer?.toAll(text)
    await new Promise(wake => setImmediate(wake))
  }
  return {}
}
