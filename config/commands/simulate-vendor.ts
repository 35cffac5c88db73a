import { Command } from 'commander'
import { readEnvironment, type Settings } from '../env.ts'
import { describeAlone, simulateAlone, type AloneOptions } from '../simulate-alone.ts'

/** `hub simulate <vendor>`: one simulated vendor, alone, in the foreground. */
export function vendorCommand(vendor: string): Command {
  return new Command(vendor)
    .description(`${vendor}, simulated, until Ctrl-C`)
    .option('--port <number>', 'where it listens on 127.0.0.1 (default: any free port)')
    .option('--public-url <url>', 'the hub that gets its webhooks (default: PUBLIC_URL, else the hub on this machine)')
    .option('--adapter <entry>', 'its entry in hub.yaml, for the path of webhooks', vendor)
    .option('--seed <number>', 'other numbers give other people')
    .option('--faults <faults>', 'what goes wrong: status429=0.2,delay=1,delayMs=500 or JSON')
    .option('--speed <number>', 'how much faster than in the world its retries come, or calls go')
    .action(async (options: Omit<AloneOptions, 'publicUrl'> & { publicUrl?: string }) =>
      runAlone(vendor, { publicUrl: hubOf(readEnvironment().settings), ...options }),
    )
}

function hubOf({ PUBLIC_URL, PORT }: Settings): string {
  return PUBLIC_URL ?? `http://127.0.0.1:${PORT || 3000}`
}

async function runAlone(vendor: string, options: AloneOptions): Promise<void> {
  const say = (facts: object, phrase: string): void =>
    console.log(
      `${phrase}: ${Object.entries(facts)
        .map(([name, fact]) => `${name} ${String(fact)}`)
        .join(', ')}`,
    )
  const stopped = new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  const running = await simulateAlone(vendor, options, { info: say, warn: say })
  console.log(describeAlone(vendor, running, options))
  await stopped
  await running.close()
}
