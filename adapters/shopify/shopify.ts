import { defineAdapter, secret, secrets, z } from '@switchboard/core'
import { readRow, shopChanges } from './changes.ts'
import { checkShop } from './check.ts'
import { cursorAt } from './cursor.ts'
import { shopHealth } from './health.ts'
import { readDelivery } from './news.ts'
import { tokensOf } from './token.ts'
import { verifyDelivery } from './webhook.ts'

/** Orders and customers of one Shopify shop, by the Admin GraphQL API and webhooks. */
export const shopify = defineAdapter({
  name: 'shopify',
  provides: ['source'],
  options: z
    .object({
      /** The shop's own domain, not the storefront's. */
      shop: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'must be a domain, such as your-shop.myshopify.com'),
      /** An Admin API access token that does not expire. */
      token: secret().optional(),
      /** The app's client id: with its secret, tokens that expire are got and renewed. */
      clientId: z.string().min(1).optional(),
      clientSecret: secret().optional(),
      /** The first refresh token, of an app that was authorised; without it the app asks by itself, in a shop of its own organization. */
      refreshToken: secret().optional(),
      /** The app's client secret; the one of the admin's Notifications page signs webhooks made there. */
      webhookSecrets: secrets(),
      apiVersion: z
        .string()
        .regex(/^\d{4}-\d{2}$/, 'must be a quarter, such as 2026-07')
        .default('2026-07'),
      /** Orders, and customers, asked for at a time. */
      pageSize: z.int().min(1).max(250).default(100),
      /** How far each read goes back behind the last change seen, for rows that showed up late. */
      overlapMinutes: z.int().min(0).default(10),
      /** Whether the first read is a bulk operation. */
      bulk: z.boolean().default(true),
      /** Where the files of bulk operations may be had; the shop's own host always. */
      bulkHosts: z.array(z.string().min(1)).default(['storage.googleapis.com', '*.shopifycloud.com']),
      /** How often the ids of all rows are listed, for deletions that no webhook told; null: never. */
      listEveryHours: z.number().min(0).nullable().default(24),
      /** Whether orders older than 60 days are wanted, so that their absence is an alert. */
      allOrders: z.boolean().default(true),
      /** Whether the hub makes, and keeps, the shop's webhook subscriptions. */
      subscribe: z.boolean().default(true),
      /** Where the shop answers. Default: `https://` and the shop's domain. */
      url: z.url().optional(),
    })
    .refine(
      ({ token, clientId, clientSecret }) => (token === undefined) !== (clientId === undefined || !clientSecret),
      {
        path: ['token'],
        message: 'give either token, or clientId and clientSecret (with refreshToken where the app was authorised)',
      },
    ),
  http: options => ({ hosts: [new URL(urlOf(options)).host, ...options.bulkHosts], concurrency: 2 }),
  create: ({ webhookSecrets, ...options }, kit) => {
    const url = urlOf(options)
    const webhookUrl = `${kit.publicUrl}/webhooks/${kit.name}/webhooks`
    const shop = { ...options, url, webhookUrl, tokens: tokensOf(url, options, kit), kit }
    return {
      source: {
        changes: cursor => shopChanges(shop, cursor),
        webhook: request => readDelivery(request, options.shop),
        read: externalId => readRow(shop, externalId),
        health: () => shopHealth(shop),
        cursorAt,
        check: () => checkShop(shop),
      },
      channels: {
        webhooks: { port: 'source', verify: request => verifyDelivery(request, options.shop, webhookSecrets) },
      },
    }
  },
})

function urlOf({ shop, url }: { shop: string; url?: string | undefined }): string {
  return (url ?? `https://${shop}`).replace(/\/+$/, '')
}
