import { spawn, type ChildProcess } from 'node:child_process'
import { chown, open, readFile, rename, stat, type FileHandle } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { HubError, type Log } from '@switchboard/core'
import { type Account, commandAs } from './account.ts'
import { postgresEnv } from './cluster.ts'
import { clearStalePid, type Running } from './running.ts'

/** A server to be started. */
export interface LaunchOptions {
  dataDir: string
  postgres: string
  account: Account | null
  port?: number
  durable?: boolean
  log: Log
}

/**
 * Starts the server in a process group of its own. It logs to a file: a pipe would break when the hub is killed, and take the server along.
 * @returns as soon as there is a process; it may still find that it cannot run
 */
export async function launch({ dataDir, postgres, account, durable = true, ...rest }: LaunchOptions): Promise<Running> {
  await clearStalePid(dataDir)
  const port = rest.port || (await freePort())
  const args = ['-D', dataDir, '-p', String(port), ...settings, ...(durable ? [] : hasty)]
  const { file, args: allArgs, options } = commandAs(account, postgres, args)
  const output = await openLog(dataDir, account)
  const stdio = ['ignore' as const, output.fd, output.fd]
  const child = spawn(file, allArgs, { ...options, cwd: '/', env: postgresEnv, detached: true, stdio })
  const pid = await spawned(child).finally(() => output.close())
  child.unref()
  rest.log.info({ pid, port, dataDir }, 'started a database server')
  return { pid, port, isAlive: async () => child.exitCode === null && child.signalCode === null }
}

/** Two generations of the hub must fit `max_connections`. The unix socket is off: its directory would be one more thing to get right. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=256MB',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
].flatMap(setting => ['-c', setting])

/** For databases nobody will miss. */
const hasty = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'].flatMap(setting => ['-c', setting])

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0))
    child.once('error', cause =>
      reject(new HubError('unavailable', `Postgres cannot be run: ${cause.message}`, { cause })),
    )
  })
}

/** Past this size the log starts anew; the old one is kept once. */
const logLimitBytes = 10 * 1024 * 1024

async function openLog(dataDir: string, account: Account | null): Promise<FileHandle> {
  const path = logOf(dataDir)
  const size = await stat(path).then(
    found => found.size,
    () => 0,
  )
  if (size > logLimitBytes) await rename(path, `${path}.old`)
  const file = await open(path, 'a', 0o600)
  if (account) await chown(path, account.uid, account.gid)
  return file
}

/** The last lines the server wrote. */
export async function endOfLog(dataDir: string): Promise<string> {
  return (await readFile(logOf(dataDir), 'utf8').catch(() => '(no log)')).trim().split('\n').slice(-10).join('\n')
}

function logOf(dataDir: string): string {
  return join(dataDir, 'server.log')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
