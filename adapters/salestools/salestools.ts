import { contractOptions, contractSource, defineAdapter } from '@switchboard/core'
import { orderRow, toRecord } from './order.ts'

/** Orders of one Salestools account, by Hub Source Contract v1. */
export const salestools = defineAdapter({
  name: 'salestools',
  provides: ['source'],
  options: contractOptions,
  http: ({ url, perSecond, concurrency }) => ({ hosts: [new URL(url).host], perSecond, concurrency }),
  create: (options, kit) => {
    const words = { collection: 'orders', noun: 'order' }
    const { source, channel } = contractSource({ ...options, ...words, row: orderRow, toRecord, kit })
    return { source, channels: { webhooks: channel } }
  },
})
