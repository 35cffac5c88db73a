import { readFile, realpath, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isAlive } from './cluster.ts'

/** A live server: its process, and where it listens on 127.0.0.1. */
export interface Running {
  pid: number
  port: number
  /** Whether the process is still there. */
  isAlive(): Promise<boolean>
}

/**
 * The server that is running on this data directory, whoever started it; null when there is none.
 * A `postmaster.pid` whose process is dead or has become something else does not count.
 */
export async function findRunning(dataDir: string): Promise<Running | null> {
  const [pid, , , port] = (await pidFile(dataDir)).map(Number)
  if (!pid || !port) return null
  const isAlive = () => isPostgresOf(dataDir, pid)
  return (await isAlive()) ? { pid, port, isAlive } : null
}

/**
 * Moves a pid file out of the way whose process has become some other program: Postgres itself would refuse to start over it.
 * Files of dead processes stay, Postgres deals with those.
 */
export async function clearStalePid(dataDir: string): Promise<void> {
  const [pid] = await pidFile(dataDir)
  if (!pid || !isAlive(Number(pid)) || (await isPostgresOf(dataDir, Number(pid)))) return
  const path = join(dataDir, 'postmaster.pid')
  await rename(path, `${path}.stale`).catch(() => null)
  await rm(`${path}.stale`, { force: true })
}

/** Whether this process is the Postgres server of this data directory. Without `/proc` (macOS) a live process is believed to be. */
async function isPostgresOf(dataDir: string, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return isAlive(pid)
  const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const itsDir = args[args.indexOf('-D') + 1] ?? ''
  return basename(args[0] ?? '').startsWith('postgres') && (await real(itsDir)) === (await real(dataDir))
}

async function pidFile(dataDir: string): Promise<string[]> {
  return (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n').map(line => line.trim())
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}
