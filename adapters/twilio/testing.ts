import type { Adapter, AdapterKit, Channel, MessagingPort, TelephonyPort } from '@switchboard/core'
import { testKit } from '@switchboard/test-contracts/kit'
import { twilioSimulator, type RunningTwilio, type TwilioSettings } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'
import { twilio } from './twilio.ts'

/** The adapter as tests take it: what it provides is there. */
export interface TwilioAdapter extends Adapter {
  telephony: TelephonyPort
  messaging: MessagingPort
  channels: Readonly<Record<string, Channel>>
}

/** A kit for an entry of this name, on the clock of the machine unless told otherwise. */
export function twilioKit(publicUrl: string, name = 'twilio', now = (): Date => new Date()): AdapterKit {
  return testKit(name, now, { publicUrl })
}

/** The adapter with the simulator's options and `change` over them, allowed to ask nobody but whom it says. */
export function twilioAdapter(kit: AdapterKit, change: object = {}): TwilioAdapter {
  const options = twilio.options.parse({ ...twilioSimulator.options, ...change })
  const { publicUrl, now, name } = kit
  const { http } = testKit(name, now, { publicUrl, limits: twilio.http?.(options) })
  const { telephony, messaging, channels = {} } = twilio.create(options, { ...kit, http })
  if (!telephony || !messaging) throw new Error('the adapter provides too little')
  return { telephony, messaging, channels }
}

const world = worldOf({ seed: 1, now: new Date('2026-11-21T09:00:00Z'), people: 5 })

/** A simulator whose calls go a hundred times as fast as in the world. */
export function fastSimulator(settings: { publicUrl: string } & Partial<TwilioSettings>): Promise<RunningTwilio> {
  return twilioSimulator.start({ adapter: 'twilio', world, seed: 1, now: () => new Date(), speed: 100, ...settings })
}
