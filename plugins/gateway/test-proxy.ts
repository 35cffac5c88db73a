import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** A line between client and hub that can be cut. */
export interface TestProxy {
  /** The address of a gateway, by way of this line. */
  through(url: string): string
  /** Cuts every connection without a word. */
  cut(): void
  /** Passes nothing on any more over the connections that there are, and tells nobody. */
  freeze(): void
  /** Cuts every connection, and every one that is tried from now on. */
  down(): void
  up(): void
  close(): Promise<void>
}

/** Opens a line that leads to whichever gateway was last asked for. */
export async function openProxy(): Promise<TestProxy> {
  const sockets = new Set<Socket>()
  let target = 0
  let isDown = false
  const server = createServer(near => {
    near.on('error', () => undefined)
    if (isDown) return void near.resetAndDestroy()
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 })
  await once(server, 'listening')
  const cut = (): void => sockets.forEach(socket => void socket.resetAndDestroy())
  const freeze = (): void => sockets.forEach(socket => void socket.unpipe().pause())
  return {
    freeze,
    down: () => {
      isDown = true
      cut()
    },
    up: () => {
      isDown = false
    },
    through: url => {
      target = Number(new URL(url).port)
      return url.replace(`:${target}/`, `:${(server.address() as AddressInfo).port}/`)
    },
    cut,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
