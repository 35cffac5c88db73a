import { contractSource, defineAdapter, secret, secrets, z } from '@switchboard/core'
import { orderRow, toRecord } from './order.ts'

/** Orders of one Salestools account, by Hub Source Contract v1. */
export const salestools = defineAdapter({
  name: 'salestools',
  provides: ['source'],
  options: z.object({
    /** Where the contract is served; its routes are under `/v1/`. */
    url: z.url(),
    token: secret(),
    /** Standard Webhooks secrets (`whsec_…`); two while one replaces the other. */
    webhookSecrets: secrets(),
    /** Orders asked for at a time. */
    pageSize: z.int().min(1).max(100).default(100),
    /** How far each read goes back behind the last change seen, for rows that show up late. */
    overlapMinutes: z.number().min(0).default(5),
    /** Requests begun in a second. */
    perSecond: z.number().positive().default(10),
    /** Requests under way at once. */
    concurrency: z.int().min(1).default(2),
  }),
  http: ({ url, perSecond, concurrency }) => ({ hosts: [new URL(url).host], perSecond, concurrency }),
  create: (options, kit) => {
    const words = { collection: 'orders', noun: 'order' }
    const { source, channel } = contractSource({ ...options, ...words, row: orderRow, toRecord, kit })
    return { source, channels: { webhooks: channel } }
  },
})
