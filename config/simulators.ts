import { randomInt } from 'node:crypto'
import { z, type AdapterDefinition, type Log } from '@switchboard/core'
import type { Entry, Parts } from '@switchboard/core/hub'
import type { Running, Simulator } from '@switchboard/test-simulators/simulator'
import { appointjetSimulator } from '@switchboard/test-simulators/appointjet'
import { frontSimulator } from '@switchboard/test-simulators/front'
import { salestoolsSimulator } from '@switchboard/test-simulators/salestools'
import { shopifySimulator } from '@switchboard/test-simulators/shopify'
import { simplybookmeSimulator } from '@switchboard/test-simulators/simplybookme'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import { worldOf, type World } from '@switchboard/test-simulators/world'

/** The vendors that can be simulated, by the adapter they stand in for. */
export const simulators: Readonly<Record<string, Simulator>> = {
  appointjet: appointjetSimulator,
  front: frontSimulator,
  salestools: salestoolsSimulator,
  shopify: shopifySimulator,
  simplybookme: simplybookmeSimulator,
  twilio: twilioSimulator,
}

/** The simulated vendors of an install, running. */
export interface SimulatedVendors {
  world: World
  running: ReadonlyMap<string, Running>
  /** The phone vendor, when it is simulated. */
  twilio: RunningTwilio | null
  /** hub.yaml's parts, with the simulated ones pointed at their simulators. */
  parts: Parts
  close(): Promise<void>
}

/** Stands for what a simulator knows only when it runs: where it listens. */
function notRunningYet({ options }: AdapterDefinition): object {
  return options instanceof z.ZodObject && 'url' in options.shape ? { url: 'http://127.0.0.1' } : {}
}

/** hub.yaml's parts with the credentials of simulated vendors filled in, as far as they are known before one runs. */
export function withSimulated(
  parts: Parts,
  simulated: ReadonlyMap<string, string>,
  running?: ReadonlyMap<string, Running>,
): Parts {
  const adapters: Record<string, Entry<Parts['adapters'][string]['use']>> = { ...parts.adapters }
  for (const [name, vendor] of simulated) {
    const entry = adapters[name]
    if (!entry) continue
    const options = {
      ...(entry.options as object),
      ...simulators[vendor]?.options,
      ...(running?.get(name)?.options ?? notRunningYet(entry.use)),
    }
    adapters[name] = { ...entry, options }
  }
  return { ...parts, adapters }
}

/** The invented people are the same on every machine; their times move on with the day. */
export const demoSeed = 7

/** Starts a simulated vendor for each adapter that asks for one. */
export async function startSimulators(settings: {
  parts: Parts
  simulated: ReadonlyMap<string, string>
  publicUrl: string
  log: Log
}): Promise<SimulatedVendors> {
  const { parts, simulated, publicUrl, log } = settings
  const world = worldOf({ seed: demoSeed, now: new Date() })
  const running = new Map<string, Running>()
  let twilio: RunningTwilio | null = null
  for (const [name, vendor] of simulated) {
    const common = {
      publicUrl,
      adapter: name,
      world,
      seed: demoSeed,
      now: () => new Date(),
      log: quiet(log.child({ simulator: name })),
    }
    // A vendor never gives an id twice, and the hub remembers those of earlier starts.
    if (vendor === 'twilio')
      running.set(name, (twilio = await twilioSimulator.start({ ...common, seed: randomInt(2 ** 31) })))
    else {
      const simulator = simulators[vendor]
      if (simulator) running.set(name, await simulator.start(common))
    }
  }
  return {
    ...{ world, running, twilio },
    parts: withSimulated(parts, simulated, running),
    close: async () => void (await Promise.all([...running.values()].map(one => one.close()))),
  }
}

/** What a vendor does is not the hub's story: it is told at `debug`. */
function quiet(log: Log): Pick<Log, 'info' | 'warn'> {
  return { info: (facts, phrase) => log.debug(facts, phrase), warn: (facts, phrase) => log.debug(facts, phrase) }
}
