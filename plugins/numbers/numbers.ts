import { definePlugin, minute, second, z, type Region } from '@switchboard/core'
import { blockedBecause } from './block-store.ts'
import { keepCards, phoneNumberSync } from './cards.ts'
import { numberEntities } from './entities.ts'
import { numberRoutes } from './routes.ts'
import { blockedSync } from './sync-blocked.ts'
import { twilioPhoneSync } from './sync-lines.ts'

const schedule = (usual: string) => z.string().nullable().default(usual)

const options = z.object({
  /** Where a phone number without a country code is from. */
  region: z.string().length(2).default('AU'),
  /** How long a caller's card is good while nothing is heard about its person. */
  cardMinutes: z.number().min(0.1).max(1440).default(30),
  /** For how many of those seen last cards are made ahead. */
  likely: z.int().min(0).max(1_000_000).default(5000),
  /** Whether a line that leads elsewhere is set right at once. */
  mendLines: z.boolean().default(true),
  /** Lists of numbers nobody wants to hear from, by name: a file or an address, with a number in each line. */
  lists: z
    .record(
      z.string().regex(/^(?!staff$)[a-z][\w-]*$/i, 'must be a name of letters, digits, _ and -, and not staff'),
      z
        .object({
          file: z.string().min(1).optional(),
          url: z.url({ protocol: /^https?$/ }).optional(),
          /** Said where a line gives no reason. */
          reason: z.string().min(1).default('known for spam'),
          /** How long a number stays after it was last on the list; null: until it is gone from it. */
          days: z.int().min(1).nullable().default(null),
        })
        .refine(({ file, url }) => (file === undefined) !== (url === undefined), 'say either file or url'),
    )
    .default({}),
  /** When each chore runs; null: only by hand. */
  phoneNumberSync: schedule('30 minutes'),
  twilioPhoneSync: schedule('1 hour'),
  blockedSync: schedule('6 hours'),
})

/** Knows numbers: whose call it is, at once; which lines are ours; and whom nobody wants to hear from. */
export const numbers = definePlugin({
  name: 'numbers',
  options,
  needs: ['directory', 'telephony'],
  wants: ['cache', 'alerts'],
  provides: ['screenpop', 'blocklist'],
  entities: numberEntities,
  http: ({ lists }) => ({
    hosts: Object.values(lists).flatMap(({ url }) => (url === undefined ? [] : [new URL(url).host])),
  }),
  setup: (hub, settings) => {
    const { store, audit } = hub
    const region = settings.region as Region
    const cards = keepCards(hub, { region, ttlMs: Math.max(second, settings.cardMinutes * minute) })
    const now = (): Date => hub.now()
    let unhear: (() => void) | undefined
    return {
      ports: {
        screenpop: cards,
        blocklist: { why: (tx, phone) => blockedBecause(tx, phone, now()) },
      },
      routes: numberRoutes({ store, audit, now, region }),
      on: cards.listeners,
      jobs: [
        phoneNumberSync(hub, cards, { most: settings.likely, schedule: settings.phoneNumberSync }),
        twilioPhoneSync(hub, { schedule: settings.twilioPhoneSync, isMending: settings.mendLines }),
        blockedSync(hub, settings.lists, { region, schedule: settings.blockedSync }),
      ],
      start: async () => void (unhear = cards.hear()),
      close: async () => unhear?.(),
    }
  },
})
