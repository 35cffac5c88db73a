import { test } from 'tap'
import { testKit } from '@switchboard/test-contracts/kit'
import { sourceContract, type SourceRig, type SourceSetting } from '@switchboard/test-contracts/source'
import { shopifySimulator } from '@switchboard/test-simulators/shopify'
import { orderGid } from '@switchboard/test-simulators/world'
import { shopify } from './shopify.ts'

test('shopify keeps the contract of a source', async t => {
  sourceContract(t, { name: 'shopify', start })
})

async function start(setting: SourceSetting): Promise<SourceRig> {
  const vendor = await shopifySimulator.start(setting)
  const options = shopify.options.parse({ ...shopifySimulator.options, ...vendor.options, pageSize: 40 })
  const { source, channels } = shopify.create(options, testKit('shopify', setting.now, setting.publicUrl))
  if (!source || !channels?.['webhooks']) throw new Error('shopify provides no source')
  const first = vendor.orders()[0]?.id ?? ''
  let dollars = 100
  return {
    source,
    channel: channels['webhooks'],
    faults: vendor.faults,
    signsTime: false,
    readsDeleted: false,
    externalIds: () => vendor.orders().map(({ id }) => orderGid(id)),
    change: () => ({ externalId: orderGid(first), delivered: vendor.change(first, { dollars: dollars++ }).delivered }),
    remove: () => ({ externalId: orderGid(first), delivered: vendor.remove(first).delivered }),
    spoil() {
      vendor.spoil(first)
      return orderGid(first)
    },
    sendUnknown: () => vendor.send('moons/full', { id: 1 }),
    close: vendor.close,
  }
}
