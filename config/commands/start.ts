import { setTimeout } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { HubError, messageOf, second, type HubRole, type Log } from '@switchboard/core'
import { makeLog } from '@switchboard/core/hub'
import pretty from 'pino-pretty'
import { ringOnce } from '../demo.ts'
import { readEnvironment, type Environment } from '../env.ts'
import { startSwitchboard, type Switchboard } from '../start.ts'
import { addressesOf, welcome } from '../welcome.ts'

interface StartOptions {
  json?: boolean
  demo: boolean
  roles: HubRole[]
}

const roles = ['web', 'gateway', 'worker'] as const

/** `hub start`: runs the hub until it is told to stop. */
export function startCommand(): Command {
  return new Command('start')
    .description('run the hub')
    .option('--json', 'print the addresses as one JSON line on standard output, and the log on standard error')
    .option(
      '--demo',
      'ring once by itself, so that the whole path can be seen (the default while vendors are simulated)',
      true,
    )
    .option('--no-demo', 'do not ring by itself')
    .addOption(
      new Option('--roles <roles>', 'what this process does, of web, gateway and worker')
        .argParser(rolesOf)
        .default([...roles], roles.join(',')),
    )
    .action(async (options: StartOptions) => start(options))
}

async function start({ json, demo, roles }: StartOptions): Promise<void> {
  const environment = readEnvironment()
  const log = logFor(environment, json === true)
  const stop = stopper(log)
  const switchboard = await startSwitchboard({ environment, roles, log })
  stop.arm(() => switchboard.close())
  if (switchboard.simulated) await firstSync(switchboard, log)
  if (json) console.log(JSON.stringify(await addressesOf(switchboard, environment)))
  else console.log(await welcome(switchboard, environment))
  if (switchboard.simulated && demo) await firstRing(switchboard, log)
}

/** Longer than the demo shop takes. A hub that was killed while it read keeps its lease longer, and is not waited for. */
const firstSyncMs = 20 * second

/** Reads the simulated vendors before anybody rings, so that there is somebody to recognise: to the end, whoever reads them. */
async function firstSync({ hub }: Switchboard, log: Log): Promise<void> {
  const until = performance.now() + firstSyncMs
  try {
    for (let skipped: unknown = 1; skipped && performance.now() < until;) {
      skipped = (await hub.runJob('ClientSync', {}, firstSyncMs))?.['skipped']
      if (skipped) await setTimeout(second / 4)
    }
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'first sync failed')
  }
}

async function firstRing({ simulated, dataDir }: Switchboard, log: Log): Promise<void> {
  if (!simulated?.twilio) return
  await ringOnce(simulated, dataDir, log).catch((error: unknown) =>
    log.warn({ error: messageOf(error) }, 'demo ring failed'),
  )
}

function logFor({ settings, isPlain }: Environment, isJson: boolean): Log {
  const level = settings.LOG_LEVEL
  if (isJson) return makeLog({ level, stream: process.stderr })
  if (!process.stdout.isTTY) return makeLog({ level })
  return makeLog({
    level,
    stream: pretty({
      colorize: !isPlain,
      ignore: 'pid,hostname',
      translateTime: 'HH:MM:ss.l',
      singleLine: true,
      sync: true,
    }),
  })
}

const stopMs = 9 * second

/** Stops on the first signal, exits at once on the second. Before the hub runs, the first is enough. */
function stopper(log: Log): { arm(close: () => Promise<void>): void } {
  let close: (() => Promise<void>) | null = null
  let isStopping = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping || !close) process.exit(1)
    isStopping = true
    log.info({ signal }, 'stopping; once more to exit at once')
    globalThis.setTimeout(() => process.exit(1), stopMs).unref()
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: messageOf(error) }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return { arm: ready => void (close = ready) }
}

function rolesOf(text: string): HubRole[] {
  const named = text.split(',').map(role => role.trim())
  const unknown = named.filter(role => !roles.some(known => known === role))
  if (unknown.length > 0)
    throw new HubError('bad_option', `--roles: there is no role ${unknown.join(', ')}; there are ${roles.join(', ')}`)
  return named as HubRole[]
}
