import { test } from 'tap'
import { testKit } from '@switchboard/test-contracts/kit'
import { sourceContract, type SourceRig, type SourceSetting } from '@switchboard/test-contracts/source'
import { customerGid, shopifySimulator, type RunningShopify } from '@switchboard/test-simulators/shopify'
import { orderGid } from '@switchboard/test-simulators/world'
import { shopify } from './shopify.ts'

test('shopify keeps the contract of a source, as its orders change', async t => {
  sourceContract(t, { name: 'shopify', start: setting => start(setting, orderRows) })
})

test('shopify keeps the contract of a source, as its customers change', async t => {
  sourceContract(t, { name: 'shopify', start: setting => start(setting, customerRows) })
})

test('every wrong setting is named', t => {
  const given = { shop: 'my shop', token: '', webhookSecrets: '', apiVersion: 'latest', pageSize: 0, url: 'nowhere' }
  const read = shopify.options.safeParse(given)
  t.strictSame(read.error?.issues.map(issue => issue.path[0]).sort(), Object.keys(given).sort())
  const { webhookSecrets, apiVersion } = shopify.options.parse({ ...basics, token: 't', webhookSecrets: 'one, two' })
  t.strictSame([webhookSecrets, apiVersion], [['one', 'two'], '2026-07'])
  t.end()
})

test('a shop is asked with a token, or with what gets tokens: not with both, nor with neither', t => {
  const app = { clientId: 'id', clientSecret: 'secret' }
  for (const fine of [{ token: 't' }, app, { ...app, refreshToken: 'first' }])
    t.ok(shopify.options.safeParse({ ...basics, ...fine }).success, JSON.stringify(fine))
  for (const wrong of [{}, { token: 't', ...app }, { clientId: 'id' }, { refreshToken: 'first' }])
    t.strictSame(
      shopify.options.safeParse({ ...basics, ...wrong }).error?.issues.map(({ path }) => path),
      [['token']],
      JSON.stringify(wrong),
    )
  t.end()
})

test('only the shop, and hosts of bulk files, are ever asked', t => {
  const limits = shopify.http?.(shopify.options.parse({ ...basics, token: 't' }))
  t.strictSame(limits, {
    hosts: ['a.example', 'storage.googleapis.com', '*.shopifycloud.com'],
    concurrency: 2,
  })
  const proxied = shopify.options.parse({ ...basics, token: 't', url: 'http://127.0.0.1:4000/shop/', bulkHosts: [] })
  t.strictSame(shopify.http?.(proxied).hosts, ['127.0.0.1:4000'])
  t.end()
})

const basics = { shop: 'a.example', webhookSecrets: 'secret' }

type Rows = Pick<SourceRig, 'change' | 'remove' | 'spoil'>

async function start(setting: SourceSetting, rowsOf: (vendor: RunningShopify) => Rows): Promise<SourceRig> {
  const vendor = await shopifySimulator.start(setting)
  const given = { ...shopifySimulator.options, ...vendor.options, pageSize: 20, bulk: false }
  const options = shopify.options.parse(given)
  const kit = testKit('shopify', setting.now, { publicUrl: setting.publicUrl, limits: shopify.http?.(options) })
  const { source, channels } = shopify.create(options, kit)
  if (!source || !channels?.['webhooks']) throw new Error('shopify provides no source')
  return {
    source,
    channel: channels['webhooks'],
    faults: vendor.faults,
    signsTime: false,
    readsDeleted: false,
    externalIds: () => vendor.rows().map(({ externalId }) => externalId),
    ...rowsOf(vendor),
    sendUnknown: () => vendor.send('moons/full', { id: 1 }),
    close: vendor.close,
  }
}

function orderRows(vendor: RunningShopify): Rows {
  const first = vendor.orders()[0]?.id ?? ''
  let dollars = 100
  return {
    change: () => ({ externalId: orderGid(first), delivered: vendor.change(first, { dollars: dollars++ }).delivered }),
    remove: () => ({ externalId: orderGid(first), delivered: vendor.remove(first).delivered }),
    spoil() {
      vendor.spoil(first)
      return orderGid(first)
    },
  }
}

function customerRows(vendor: RunningShopify): Rows {
  const first = vendor.customers()[0]?.id ?? ''
  const externalId = customerGid(first)
  let visits = 1
  return {
    change: () => ({ externalId, delivered: vendor.changeCustomer(first, { note: `Visit ${visits++}` }).delivered }),
    remove: () => ({ externalId, delivered: vendor.removeCustomer(first).delivered }),
    spoil() {
      vendor.spoil(externalId)
      return externalId
    },
  }
}
