import { Webhook } from 'standardwebhooks'
import { delivererOf, type Delivered } from './deliver.ts'
import type { Faults } from './faults.ts'
import type { SimulatorSettings } from './simulator.ts'

/** The webhooks of the simulated booking system. */
export interface AppointmentWebhooks {
  send(type: string, data: object): Promise<Delivered>
  signWith(secrets: readonly string[]): void
  close(): Promise<void>
}

const timeoutMs = 10_000
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const retryDelaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour]

/** Standard Webhooks: a retry keeps the id and the body, and has a new time and signature. 410 from the hub unsubscribes it. */
export function appointmentWebhooks(
  settings: SimulatorSettings,
  faults: Faults,
  initial: readonly string[],
): AppointmentWebhooks {
  const { publicUrl, adapter, now, seed, speed = 1000, log } = settings
  const deliverer = delivererOf(faults, log, status => status === 410)
  let secrets = initial
  let isSubscribed = true
  let sent = 0
  return {
    async send(type, data) {
      if (!isSubscribed) return { attempts: 0, status: null }
      sent += 1
      const id = `evt_${seed}_${now().getTime()}_${sent}`
      const body = JSON.stringify({ id, type, timestamp: now().toISOString(), data })
      const delivered = await deliverer.send({
        url: `${publicUrl}/webhooks/${adapter}/webhooks`,
        attempt: () => ({ headers: signed(id, now(), body, secrets), body }),
        timeoutMs,
        retryDelaysMs: retryDelaysMs.map(ms => ms / speed),
      })
      if (delivered.status === 410) isSubscribed = false
      return delivered
    },
    signWith: given => void (secrets = given),
    close: deliverer.close,
  }
}

function signed(id: string, at: Date, body: string, secrets: readonly string[]): { [header: string]: string } {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map(secret => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}
