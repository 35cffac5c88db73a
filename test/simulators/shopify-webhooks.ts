import { createHash, createHmac } from 'node:crypto'
import { delivererOf, type Delivered } from './deliver.ts'
import type { Faults } from './faults.ts'
import { exactJson } from './shopify-rows.ts'
import type { SimulatorSettings } from './simulator.ts'

/** The webhooks of the simulated shop. */
export interface ShopWebhooks {
  /** Sends one, when there is a subscription. */
  send(topic: string, payload: object): Promise<Delivered>
  /** Whether the shop still sends webhooks: it stops after eight failures in a row. */
  isSubscribed(): boolean
  subscribe(): void
  close(): Promise<void>
}

const timeoutMs = 5000
/** Eight times over four hours, ever slower. */
const retrySeconds = [10, 60, 180, 600, 1200, 2400, 3600, 6240]
const patience = 8

/** Webhooks signed with this secret, sent to the hub. */
export function shopWebhooks(settings: SimulatorSettings, faults: Faults, secret: string): ShopWebhooks {
  const { publicUrl, adapter, seed, world, now, speed = 1000, log } = settings
  const deliverer = delivererOf(faults, log)
  const url = `${publicUrl}/webhooks/${adapter}/webhooks`
  let failures = 0
  let isSubscribed = true
  let sent = 0
  return {
    async send(topic, payload) {
      if (!isSubscribed) return { attempts: 0, status: null }
      sent += 1
      const body = exactJson(payload)
      const headers = {
        'content-type': 'application/json',
        'x-shopify-topic': topic,
        'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
        'x-shopify-shop-domain': world.shop.domain,
        'x-shopify-api-version': '2026-07',
        'x-shopify-webhook-id': uuidOf(`${seed} webhook ${sent} ${now().getTime()}`),
        'x-shopify-event-id': uuidOf(`${seed} event ${sent} ${now().getTime()}`),
        'x-shopify-triggered-at': `${now().toISOString().slice(0, 23)}456789Z`,
      }
      const retryDelaysMs = retrySeconds.map(seconds => (seconds * 1000) / speed)
      const delivered = await deliverer.send({ url, attempt: () => ({ headers, body }), timeoutMs, retryDelaysMs })
      const isFine = delivered.status !== null && delivered.status < 300
      failures = isFine || delivered.attempts === 0 ? 0 : failures + delivered.attempts
      isSubscribed &&= failures < patience
      return delivered
    },
    isSubscribed: () => isSubscribed,
    subscribe() {
      failures = 0
      isSubscribed = true
    },
    close: deliverer.close,
  }
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
