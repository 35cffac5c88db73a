import { mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { HubError, type Log } from '@switchboard/core'
import { type Account, accountFor } from './account.ts'
import { findBinaries } from './binaries.ts'
import { makeCluster, passwordFor } from './cluster.ts'
import { connectKeeper, database, isLast, type Keeper, urlOf } from './keeper.ts'
import { endOfLog, launch } from './launch.ts'
import { findRunning, type Running } from './running.ts'

/** Where and how to run a server. */
export interface PostgresOptions {
  /** Made when it is not there. Beside it lies the password, in `<dataDir>.password`. */
  dataDir: string
  /** Default: any free one. A server that is already running keeps its own. */
  port?: number
  log: Log
  /** Whether what was committed survives a power cut. Default true; tests do without and are quicker. */
  durable?: boolean
}

/** A server of our own. */
export interface Postgres {
  /** The hub's database on it, as superuser. */
  url: string
  /** Stops it, unless somebody else (another hub, a `psql`) is still connected. `force` stops it all the same. Safe to repeat. */
  stop(options?: { force?: boolean }): Promise<void>
}

/** Everything a server needs to be there before it starts. */
interface Ground {
  dataDir: string
  postgres: string
  account: Account | null
  password: string
}

/** Another hub may be starting or stopping the same server, another program may take the port, old backends may take a moment to go. */
const attempts = 5

/**
 * Starts a Postgres server on `dataDir`, or takes over the one that is already running there: another hub's, or one whose hub was killed.
 * It listens on 127.0.0.1 only, outlives a killed hub, and is not hit by Ctrl-C: `stop` is its only end.
 * @throws OptionError when it cannot run here as root; HubError with the end of its log when it does not start
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const ground = await prepare(options)
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const running = (await findRunning(ground.dataDir)) ?? (await launch({ ...options, ...ground }))
    const keeper = await connectKeeper(urlOf(running.port, ground.password, 'postgres'), running.isAlive, options.log)
    if (keeper) return serverOf(ground, running, keeper, options.log)
    await delay(500)
  }
  throw new HubError('unavailable', `Postgres does not start in ${ground.dataDir}:\n${await endOfLog(ground.dataDir)}`)
}

async function prepare({ dataDir: wanted, durable = true }: PostgresOptions): Promise<Ground> {
  const { initdb, postgres } = await findBinaries()
  const parent = dirname(resolve(wanted))
  await mkdir(parent, { recursive: true })
  const dataDir = join(await realpath(parent), basename(wanted))
  const account = await accountFor(dataDir, [initdb, postgres, parent])
  const password = await passwordFor(dataDir)
  await makeCluster({ dataDir, initdb, account, password, durable })
  return { dataDir, postgres, account, password }
}

function serverOf({ password }: Ground, running: Running, keeper: Keeper, log: Log): Postgres {
  let stopping: Promise<void> | null = null
  const stop = async (force: boolean): Promise<void> => {
    const isOurs = force || (await isLast(keeper).catch(() => true))
    keeper.removeAllListeners('error').on('error', () => {})
    if (isOurs) await end(running)
    await keeper.end().catch(() => null)
    log.info(
      { pid: running.pid, isStopped: isOurs },
      isOurs ? 'stopped the database server' : 'left the database server to others',
    )
  }
  return {
    url: urlOf(running.port, password, database),
    stop: ({ force = false } = {}) => (stopping ??= stop(force)),
  }
}

/** How long a server may take to write everything out, in steps of 50 ms, before it is told to go at once. */
const stepsUntilGone = 1200

/** Ends the server: it lets go of its clients and writes everything out; one that hangs recovers from its log next time. */
async function end(running: Running): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (await running.isAlive()) tell(running.pid, signal)
    for (let step = 0; step < stepsUntilGone && (await running.isAlive()); step++) await delay(50)
  }
}

/** Sends a signal to a process that may be gone by now: another hub may end the same server at the same moment. */
function tell(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
