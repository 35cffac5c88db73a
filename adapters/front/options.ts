import { secret, secrets, z } from '@switchboard/core'

/** A host with its port when it is not the scheme's own; `*.example.com` stands for every host under it. */
const host = z.string().regex(/^(\*\.)?[a-z0-9.-]+(:\d+)?$/i, 'must be a host, such as your-company.api.frontapp.com')

/** Options of one Front company. */
export const options = z.object({
  /** An API token with the scopes that the README lists. */
  token: secret(),
  /** Where the API answers. */
  url: z.url().default('https://api2.frontapp.com'),
  /** Hosts that the links to further pages may lead to: the token is sent there too. */
  companyHosts: z.array(host).default(['*.api.frontapp.com']),
  /** Signing keys of the application webhook; two while one replaces the other. */
  appSecrets: secrets(),
  /** The company's API secret, which signs rule webhooks. Default: no rule webhooks are taken. */
  companySecrets: secrets().optional(),
  /** The channel new messages are sent from when nobody says otherwise, such as `cha_…`. */
  channelId: z.string().optional(),
  /** The inboxes that are read, such as `inb_…`. Default: all that the token sees. */
  inboxes: z.array(z.string()).default([]),
  /** The inbox that messages which were carried elsewhere are written into. Default: none are. */
  importInbox: z.string().optional(),
  /** Requests a minute, by the plan: 50, 100 or 200, shared by all tokens of the company. */
  perMinute: z.number().positive().default(50),
  /** How far each read goes back behind the last thing seen, for what showed up late. */
  overlapMinutes: z.int().min(1).default(5),
  /** How far back the first read of events goes. Default: to the first event there is. */
  historyDays: z.int().min(1).optional(),
  /** Contacts asked for at a time. */
  pageSize: z.int().min(1).max(100).default(100),
})

export type Options = z.output<typeof options>
