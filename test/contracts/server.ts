import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, constants } from 'node:fs/promises'
import { createServer, connect, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Where a program is, as the shell would find it or where Debian puts servers; null when it is not installed. */
export async function programPath(name: string): Promise<string | null> {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const path = join(folder, name)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return null
}

/** A server of somebody else's making, on loopback, for one test or bench. */
export interface TestServer {
  port: number
  /** Ends it as a crash would. */
  stop(): Promise<void>
  /** Begins again at the same place, with what it had kept. */
  start(): Promise<void>
}

/** Starts a program that listens on the port it is given; it ends with the test. */
export async function testServer(
  t: { teardown(end: () => unknown): void },
  path: string,
  argumentsFor: (port: number) => string[],
): Promise<TestServer> {
  const port = await freePort()
  let child: ChildProcess | null = null
  const stop = async (): Promise<void> => {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    ending.kill('SIGKILL')
    await once(ending, 'exit')
  }
  const start = async (): Promise<void> => {
    const starting = spawn(path, argumentsFor(port), { stdio: 'ignore' })
    child = starting
    while (!(await answers(port))) {
      if (starting.exitCode !== null) throw new Error(`${path} ended with ${starting.exitCode}`)
      await pause(20)
    }
  }
  t.teardown(stop)
  await start()
  return { port, stop, start }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isOpen = await new Promise<boolean>(resolve => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return isOpen
}
