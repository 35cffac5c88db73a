import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { messageOf, OptionError, type HubRole, type Log } from '@switchboard/core'
import { listen, makeLog, planParts, startHub, whenReachable, type RunningHub } from '@switchboard/core/hub'
import { migrate } from '@switchboard/migrations/migrate'
import { startPostgres } from '@switchboard/postgres-embedded'
import { addressPath, type Address } from './address.ts'
import { demoParts } from './demo.ts'
import type { Environment } from './env.ts'
import { catalogue } from './parts.ts'
import { readConfig, type HubConfig } from './read-config.ts'
import { switchesOf, unknownJobs } from './jobs.ts'
import { startSimulators, withSimulated, type SimulatedVendors } from './simulators.ts'

/** A hub with its surroundings: the database it started and the vendors it simulates. */
export interface Switchboard {
  hub: RunningHub
  simulated: SimulatedVendors | null
  dataDir: string
  /** Nobody has started a hub from this DATA_DIR before. */
  isFirstStart: boolean
  close(): Promise<void>
}

/** How to start. */
export interface StartSettings {
  environment: Environment
  roles?: readonly HubRole[]
  /** Default: a log made from LOG_LEVEL. */
  log?: Log
}

/** What hub.yaml says, checked whole. @throws OptionError with every mistake of file, environment and options */
export function checkedConfig(environment: Environment): HubConfig & { plan: ReturnType<typeof planParts> } {
  const config = readConfig(environment.settings.HUB_CONFIG, catalogue, environment.lookup)
  const plan = planParts(withSimulated(config.parts, config.simulated), config.unset)
  const issues = [...config.issues, ...plan.issues, ...unknownJobs(config)]
  if (issues.length > 0) throw new OptionError(issues)
  return { ...config, plan }
}

/** Starts everything, in order; what was started is let go of again when a later step fails. */
export async function startSwitchboard(settings: StartSettings): Promise<Switchboard> {
  const config = checkedConfig(settings.environment)
  const log = settings.log ?? makeLog({ level: settings.environment.settings.LOG_LEVEL })
  const opened = openThings(log)
  try {
    return await open(settings, config, log, opened)
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** What was opened, to be let go of in reverse. */
interface Opened {
  add(close: () => Promise<unknown>): void
  close(): Promise<void>
}

function openThings(log: Log): Opened {
  const closes: (() => Promise<unknown>)[] = []
  return {
    add: close => void closes.push(close),
    close: async () => {
      for (const close of closes.splice(0).toReversed())
        await close().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'something did not close'))
    },
  }
}

async function open(
  { environment, roles }: StartSettings,
  config: HubConfig,
  log: Log,
  opened: Opened,
): Promise<Switchboard> {
  const { parts, simulated, unset } = config
  const { settings } = environment
  const dataDir = resolve(settings.DATA_DIR)
  const isFirstStart = !existsSync(join(dataDir, 'cli-key'))
  await mkdir(dataDir, { recursive: true })
  const door = await listen(settings.PORT)
  opened.add(() => door.close())
  const databaseUrl = settings.DATABASE_URL ?? (await embedded(dataDir, log, opened))
  await whenReachable(databaseUrl, log)
  const publicUrl = settings.PUBLIC_URL?.replace(/\/$/, '') ?? door.url
  const vendors = simulated.size > 0 ? await startSimulators({ parts, simulated, publicUrl, log }) : null
  if (vendors) opened.add(() => vendors.close())
  const hub = await startHub({
    ...(vendors ? demoParts(vendors.parts, vendors) : parts),
    ...{ databaseUrl, dataDir, publicUrl, door, log, unset, jobs: switchesOf(environment, config) },
    ...(roles && { roles }),
    prepare: () => migrated(databaseUrl, log),
  })
  opened.add(() => hub.close())
  await leaveAddress(dataDir, hub, vendors, opened)
  return { hub, simulated: vendors, dataDir, isFirstStart, close: () => opened.close() }
}

async function embedded(dataDir: string, log: Log, opened: Opened): Promise<string> {
  const postgres = await startPostgres({ dataDir: join(dataDir, 'pg'), log })
  opened.add(() => postgres.stop())
  return postgres.url
}

async function migrated(databaseUrl: string, log: Log): Promise<void> {
  const ran = await migrate(databaseUrl)
  if (ran.length > 0) log.info({ migrations: ran.length }, 'database migrated')
}

/** Where this install can be found by the other commands of the same machine. */
async function leaveAddress(
  dataDir: string,
  hub: RunningHub,
  vendors: SimulatedVendors | null,
  opened: Opened,
): Promise<void> {
  const simulators = Object.fromEntries([...(vendors?.running ?? [])].map(([name, { url }]) => [name, url]))
  const path = addressPath(dataDir)
  await writeFile(path, JSON.stringify({ url: hub.url, pid: process.pid, simulators } satisfies Address, null, 2))
  // A hub that takes over from this one has left its own address by now.
  opened.add(async () => void ((await isOurs(path)) && (await rm(path, { force: true }))))
}

async function isOurs(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  return (JSON.parse(text) as Partial<Address>).pid === process.pid
}
