import { createHmac, randomUUID } from 'node:crypto'
import { silentLog } from '@switchboard/core/hub'
import { openStore } from '@switchboard/core/store'
import { shopifySimulator } from '@switchboard/test-simulators/shopify'
import { withBare, withHub, type BenchHub } from './surroundings.ts'
import { openLoad, type LoadReport, type Shot } from './open-load.ts'

const load = { perSecond: 500, seconds: 20 }

/**
 * Signed order webhooks at 500 a second while full re-matches run one after the other, beside node:http with the same insert:
 * first alone, then under the same load of re-matches.
 */
export async function webhookBench(): Promise<object[]> {
  return withHub(async hub => {
    const hubIdle = await measure(hub.url, orders())
    const rematching = rematchUntilStopped(hub)
    const hubBusy = await measure(hub.url, orders())
    const bareBusy = await withBare(hub, url => measure(url, orders()))
    const rematches = await rematching.stop()
    const bareIdle = await withBare(hub, url => measure(url, orders()))
    const lost = hubIdle.accepted + hubBusy.accepted - (await kept(hub.databaseUrl))
    const ratio = (mine: LoadReport, theirs: LoadReport): string =>
      `p50 ${(mine.p50Ms / theirs.p50Ms).toFixed(2)}, p99 ${(mine.p99Ms / theirs.p99Ms).toFixed(2)}`
    return [
      { what: 'node:http + insert', ...bareIdle, 'against the peer': '' },
      { what: 'hub', ...hubIdle, 'against the peer': ratio(hubIdle, bareIdle), lost },
      { what: 'node:http + insert, re-matching', ...bareBusy, 'against the peer': '' },
      { what: 'hub, re-matching', ...hubBusy, 'against the peer': ratio(hubBusy, bareBusy), lost, rematches },
    ]
  })
}

function measure(url: string, shots: Iterator<Shot>): Promise<LoadReport> {
  return openLoad(url, shots, load)
}

/** ClientSync by hand, one run after the other. */
function rematchUntilStopped(hub: BenchHub): { stop(): Promise<number> } {
  let isStopped = false
  let runs = 0
  const work = (async () => {
    while (!isStopped) {
      await hub.rematch()
      runs += 1
    }
  })()
  return {
    stop: async () => {
      isStopped = true
      await work
      return runs
    },
  }
}

async function kept(url: string): Promise<number> {
  const store = await openStore({ url, log: silentLog() })
  const rows = await store.read(tx => tx.sql<{ count: string }>`select count(*) from inbox where adapter = 'shopify'`)
  await store.close()
  return Number(rows[0]?.count)
}

/** New orders without end, each a delivery of its own. */
export function* orders(): Generator<Shot> {
  const { webhookSecrets, shop } = shopifySimulator.options as { webhookSecrets: string | string[]; shop: string }
  const secret = [webhookSecrets].flat()[0] ?? ''
  for (let number = 1_000_000; ; number++) {
    const body = Buffer.from(JSON.stringify(orderOf(number)))
    yield {
      path: '/webhooks/shopify/webhooks',
      body,
      headers: {
        'content-type': 'application/json',
        'x-shopify-topic': 'orders/create',
        'x-shopify-shop-domain': shop,
        'x-shopify-event-id': randomUUID(),
        'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
      },
    }
  }
}

function orderOf(number: number): object {
  const at = '2026-11-20T10:00:00Z'
  const [first_name, last_name, email] = ['Bench', `Customer${number}`, `customer${number}@example.com`]
  return {
    ...{ id: number, admin_graphql_api_id: `gid://shopify/Order/${number}-${randomUUID()}`, name: `#${number}` },
    ...{
      created_at: at,
      updated_at: at,
      email,
      phone: null,
      cancelled_at: null,
      currency: 'AUD',
      total_price: '120.00',
    },
    ...{ financial_status: 'paid', fulfillment_status: null },
    customer: { id: number, first_name, last_name, email, phone: null },
  }
}
