import { Webhook } from 'standardwebhooks'
import { delivererOf, type Delivered } from './deliver.ts'
import type { Faults } from './faults.ts'
import type { SimulatorSettings } from './simulator.ts'

/** The webhooks of a simulated vendor with Hub Source Contract v1. */
export interface ContractWebhooks {
  /** Sends one, while there is a subscription. */
  send(type: string, data: object): Promise<Delivered>
  /** Signs with these from now on, all of them: a rotation. */
  signWith(secrets: readonly string[]): void
  /** Whether webhooks are still sent: a 410 of the hub ends them. */
  isSubscribed(): boolean
  subscribe(): void
  close(): Promise<void>
}

type Attempt = { headers: { [header: string]: string }; body: string }

const timeoutMs = 10_000
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const retryDelaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour]

/** Standard Webhooks: a retry keeps the id and the body, and has a new time and signature. */
export function contractWebhooks(
  settings: SimulatorSettings,
  faults: Faults,
  initial: readonly string[],
): ContractWebhooks {
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
        attempt: () => signed({ id, at: now(), body, secrets }),
        intruder: kind => intruder(kind, JSON.parse(body) as Event, now(), secrets),
        timeoutMs,
        retryDelaysMs: retryDelaysMs.map(ms => ms / speed),
      })
      if (delivered.status === 410) isSubscribed = false
      return delivered
    },
    signWith: given => void (secrets = given),
    isSubscribed: () => isSubscribed,
    subscribe: () => void (isSubscribed = true),
    close: deliverer.close,
  }
}

interface Event {
  id: string
  type: string
  data: object
}

/** Says that the row has become something else, in a version above all others: who believes it will never learn better. */
function intruder(kind: 'forged' | 'stale', event: Event, now: Date, secrets: readonly string[]): Attempt {
  const id = `${event.id}_${kind}`
  const body = JSON.stringify({ ...event, id, data: { ...event.data, version: 2 ** 31, status: kind } })
  if (kind === 'stale') return signed({ id, at: new Date(now.getTime() - hour), body, secrets })
  return signed({ id, at: now, body, secrets: [`whsec_${Buffer.from('somebody else entirely').toString('base64')}`] })
}

function signed({
  id,
  at,
  body,
  secrets,
}: {
  id: string
  at: Date
  body: string
  secrets: readonly string[]
}): Attempt {
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map(secret => new Webhook(secret).sign(id, at, body)).join(' '),
  }
  return { headers, body }
}
