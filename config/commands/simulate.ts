import { Command } from 'commander'
import { HubError, z } from '@switchboard/core'
import { readAddress } from '../address.ts'
import { readEnvironment } from '../env.ts'

const rung = z.object({ callSid: z.string() })

/** `hub simulate`: makes things happen at the simulated vendors of a running hub. */
export function simulateCommand(): Command {
  const simulate = new Command('simulate').description('make something happen at a simulated vendor')
  simulate
    .command('call')
    .description('a simulated customer rings')
    .option('--from <phone>', 'who rings (default: a customer of the demo shop)')
    .option('--hang-up-after <seconds>', 'how long they stay', '60')
    .action(async ({ from, hangUpAfter }: { from?: string; hangUpAfter: string }) => {
      const simulator = await phoneVendor()
      const body = JSON.stringify({ from, hangUpAfterMs: Number(hangUpAfter) * 1000 })
      const response = await fetch(`${simulator}/simulator/calls`, { method: 'POST', body })
      if (!response.ok)
        throw new HubError('bad_request', `the simulator said ${response.status}: ${await response.text()}`)
      const { callSid } = rung.parse(await response.json())
      console.log(`ringing (${callSid}); a phone client shows who it is: npm run hub -- client`)
    })
  return simulate
}

async function phoneVendor(): Promise<string> {
  const { simulators } = await readAddress(readEnvironment().settings.DATA_DIR)
  const url = simulators.twilio
  if (!url)
    throw new HubError(
      'unavailable',
      'the running hub has no simulated Twilio: set `simulate: true` for it in hub.yaml',
    )
  return url
}
