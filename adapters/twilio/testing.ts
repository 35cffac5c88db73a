import type { Adapter, AdapterKit, Channel, TelephonyPort } from '@switchboard/core'
import { testKit } from '@switchboard/test-contracts/kit'
import { twilioSimulator, type RunningTwilio, type TwilioSettings } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'
import { twilio } from './twilio.ts'

/** The adapter as tests take it: what it provides is there. */
export interface TwilioAdapter extends Adapter {
  telephony: TelephonyPort
  channels: Readonly<Record<string, Channel>>
}

/** A kit for an entry of this name, on the clock of the machine. */
export function twilioKit(publicUrl: string, name = 'twilio'): AdapterKit {
  return testKit(name, () => new Date(), publicUrl)
}

/** The adapter with the simulator's options, and `change` over them. */
export function twilioAdapter(kit: AdapterKit, change: object = {}): TwilioAdapter {
  const { telephony, channels = {} } = twilio.create(
    twilio.options.parse({ ...twilioSimulator.options, ...change }),
    kit,
  )
  if (!telephony) throw new Error('the adapter provides no telephony')
  return { telephony, channels }
}

const world = worldOf({ seed: 1, now: new Date('2026-11-21T09:00:00Z'), people: 5 })

/** A simulator whose calls go a hundred times as fast as in the world. */
export function fastSimulator(settings: { publicUrl: string } & Partial<TwilioSettings>): Promise<RunningTwilio> {
  return twilioSimulator.start({ adapter: 'twilio', world, seed: 1, now: () => new Date(), speed: 100, ...settings })
}
