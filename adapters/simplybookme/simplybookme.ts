import { defineAdapter, secret, z, type AdapterKit, type SourcePort } from '@switchboard/core'
import type { Account } from './account.ts'
import { readCallback, verifyCallback } from './callback.ts'
import { changedBookings, readBooking, type ReadSettings } from './changes.ts'
import { isZone } from './local-time.ts'
import { restApi } from './rest.ts'
import { rpcApi } from './rpc.ts'
import { checkSubscriptions } from './subscriptions.ts'

const days = (most: number): z.ZodInt => z.int().min(0).max(most)

const options = z.object({
  /** The company's login: the first part of its address at SimplyBook.me. */
  company: z.string().regex(/^[a-z0-9_-]+$/i, 'must be the login of the company, such as lumenandlace'),
  userLogin: z.string().min(1),
  userPassword: secret(),
  /** Which of the vendor's two APIs is read. */
  api: z.enum(['rest', 'rpc']).default('rest'),
  restUrl: z.url().default('https://user-api-v2.simplybook.me'),
  rpcUrl: z.url().default('https://user-api.simplybook.me'),
  /** The company's zone: the vendor writes all times in it, and does not say so. */
  timeZone: z.string().refine(isZone, 'must be a time zone by name, such as Australia/Sydney'),
  /** Part of the callback's address, which is all that keeps strangers out. */
  callbackSecret: z
    .string()
    .regex(/^[\w-]{16,}$/, 'must be at least 16 letters, digits, - or _')
    .meta({ secret: true }),
  /** Bookings asked for at a time. Fewer would not leave room for pages to overlap. */
  pageSize: z.int().min(15).max(100).default(100),
  /** What is read each time, in days of the calendar around today. */
  window: z.object({ daysBack: days(14).default(1), daysAhead: days(366).default(60) }).prefault({}),
  /** What is read once a day. */
  fullWindow: z.object({ daysBack: days(3660).default(730), daysAhead: days(1830).default(365) }).prefault({}),
  /** Requests in a second. The vendor does not say what it takes. */
  perSecond: z.number().positive().default(2),
})

type Options = z.output<typeof options>

/** Bookings of one company at SimplyBook.me, by REST v2 or JSON-RPC, and by callbacks that nobody signs. */
export const simplybookme = defineAdapter({
  name: 'simplybookme',
  provides: ['source'],
  options,
  http: ({ restUrl, rpcUrl, perSecond }) => ({
    hosts: [...new Set([new URL(restUrl).host, new URL(rpcUrl).host])],
    perSecond,
    concurrency: 1,
  }),
  create: (options, kit) => {
    const { company, callbackSecret } = options
    const channel = `callback-${callbackSecret}`
    const verify = (request: Parameters<typeof verifyCallback>[0]): string => verifyCallback(request, company)
    return {
      source: sourceOf(options, kit, `${kit.publicUrl}/webhooks/${kit.name}/${channel}`),
      channels: { [channel]: { port: 'source', isSecret: true, verify } },
    }
  },
})

/** There is no `cursorAt`: the vendor cannot be asked for what changed since a time, only for windows. */
function sourceOf(options: Options, kit: AdapterKit, address: string): SourcePort {
  const { timeZone: zone, window: small, fullWindow: full } = options
  const account: Account = { ...options, kit }
  const rest = options.api === 'rest' ? restApi(account) : null
  const bookings = rest ?? rpcApi(account)
  const settings: ReadSettings = { bookings, zone, small, full, now: kit.now }
  return {
    changes: cursor => changedBookings(settings, cursor),
    webhook: request => readCallback(request),
    read: externalId => readBooking(settings, externalId),
    async health() {
      const clock = await bookings.clock()
      return { skewMs: clock && clock.getTime() - kit.now().getTime() }
    },
    ...(rest && { check: () => checkSubscriptions(rest, address) }),
  }
}
