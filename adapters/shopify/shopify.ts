import { defineAdapter, secret, secrets, z } from '@switchboard/core'
import { shopHealth } from './health.ts'
import { changedOrders } from './orders.ts'
import { readDelivery, verifyDelivery } from './webhook.ts'

/** Orders of one Shopify shop, by the Admin GraphQL API and webhooks. */
export const shopify = defineAdapter({
  name: 'shopify',
  provides: ['source'],
  options: z.object({
    /** The shop's own domain, not the storefront's. */
    shop: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'must be a domain, such as your-shop.myshopify.com'),
    /** An Admin API access token with `read_orders` (and `read_all_orders` for more than the last 60 days). */
    token: secret(),
    /** The app's client secret; the one of the admin's Notifications page signs webhooks made there. */
    webhookSecrets: secrets(),
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d{2}$/, 'must be a quarter, such as 2026-07')
      .default('2026-07'),
    /** Orders asked for at a time. */
    pageSize: z.int().min(1).max(250).default(100),
    /** How far each read goes back behind the last change seen, for orders that showed up late. */
    overlapMinutes: z.int().min(0).default(10),
    /** Where the shop answers. Default: `https://` and the shop's domain. */
    url: z.url().optional(),
  }),
  create: ({ webhookSecrets, ...options }, kit) => {
    const shop = { ...options, url: options.url ?? `https://${options.shop}`, kit }
    return {
      source: {
        changes: cursor => changedOrders(shop, cursor),
        webhook: request => readDelivery(request),
        health: () => shopHealth(shop),
      },
      channels: {
        webhooks: { port: 'source', verify: request => verifyDelivery(request, options.shop, webhookSecrets) },
      },
    }
  },
})
