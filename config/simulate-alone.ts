import { HubError, OptionError, type Issue } from '@switchboard/core'
import { faultsOf, type FaultSettings } from '@switchboard/test-simulators/faults'
import type { Running, SimulatorLog, SimulatorSettings } from '@switchboard/test-simulators/simulator'
import { worldOf } from '@switchboard/test-simulators/world'
import { stringify } from 'yaml'
import { controlsOf } from './simulator-controls.ts'
import { demoSeed, simulators } from './simulators.ts'

/** How one vendor is simulated by itself, as somebody said it on the command line. */
export interface AloneOptions {
  port?: string
  publicUrl: string
  /** The entry's name in hub.yaml. Default: the vendor's. */
  adapter?: string
  seed?: string
  faults?: string
  speed?: string
}

/** Starts one simulated vendor, without a hub. @throws OptionError with every wrong option */
export async function simulateAlone(vendor: string, options: AloneOptions, log: SimulatorLog): Promise<Running> {
  const simulator = simulators[vendor]
  if (!simulator) throw new HubError('not_found', `there is no simulated ${vendor}`)
  return simulator.start(settingsOf(vendor, options, log))
}

function settingsOf(vendor: string, options: AloneOptions, log: SimulatorLog): SimulatorSettings {
  const issues: Issue[] = []
  const number = (name: 'port' | 'seed' | 'speed', isFine: (number: number) => boolean, what: string) => {
    const text = options[name]
    if (text === undefined) return undefined
    if (text.trim() !== '' && isFine(Number(text))) return Number(text)
    issues.push({ path: `--${name}`, message: `"${text}" is not ${what}` })
    return undefined
  }
  const port = number('port', port => Number.isInteger(port) && port >= 0 && port < 65_536, 'a port, 0 to 65535')
  const seed = number('seed', Number.isSafeInteger, 'a whole number') ?? demoSeed
  const speed = number('speed', speed => speed > 0 && Number.isFinite(speed), 'a number above 0')
  const faults = faultsFrom(options.faults, issues)
  if (!URL.canParse(options.publicUrl))
    issues.push({ path: '--public-url', message: `"${options.publicUrl}" is no URL, such as https://hub.example.com` })
  if (issues.length > 0) throw new OptionError(issues)
  return {
    publicUrl: options.publicUrl.replace(/\/$/, ''),
    adapter: options.adapter ?? vendor,
    world: worldOf({ seed, now: new Date() }),
    ...{ seed, faults, log, now: () => new Date() },
    ...(port !== undefined && { port }),
    ...(speed !== undefined && { speed }),
  }
}

/** Faults as JSON, or as `status429=0.2,delay=1,delayMs=500`. */
function faultsFrom(text: string | undefined, issues: Issue[]): Partial<FaultSettings> {
  if (!text) return {}
  try {
    const faults = text.trim().startsWith('{')
      ? (JSON.parse(text) as object)
      : Object.fromEntries(text.split(',').map(pairOf))
    faultsOf(0, faults)
    return faults
  } catch (error) {
    const message = error instanceof RangeError ? error.message : 'say {"status429": 0.2} or status429=0.2,delay=1'
    issues.push({ path: '--faults', message })
    return {}
  }
}

function pairOf(pair: string): [string, number] {
  const [name = '', value = ''] = pair.split('=').map(text => text.trim())
  return [name, value === '' ? NaN : Number(value)]
}

/** What somebody needs to use a simulated vendor that runs alone: where it is, what hub.yaml has to say, how to drive it. */
export function describeAlone(vendor: string, running: Running, { publicUrl, adapter = vendor }: AloneOptions): string {
  const options = { ...simulators[vendor]?.options, ...running.options }
  const entry = { [adapter]: { ...(adapter === vendor ? {} : { use: vendor }), ...options } }
  const yaml = stringify({ adapters: entry }, { lineWidth: 0 })
  const controls = controlsOf(vendor).map(({ method, path, body, does }) => {
    const data = body === undefined ? '' : ` -d '${JSON.stringify(body)}'`
    return `# ${does}\ncurl${method === 'GET' ? '' : ` -X ${method}`} ${running.url}${path}${data}`
  })
  return [
    '',
    `  A simulated ${vendor} is up, with made-up people. Ctrl-C ends it.`,
    '',
    `  API       ${running.url}`,
    `  Webhooks  go to ${publicUrl.replace(/\/$/, '')}/webhooks/${adapter}/…`,
    '',
    '  In hub.yaml, instead of `simulate: true`:',
    '',
    indented(yaml.trimEnd()),
    '',
    '  To make something happen:',
    '',
    indented(controls.join('\n')),
    '',
  ].join('\n')
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ')
}
