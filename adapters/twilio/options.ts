import { secret, secrets, z } from '@switchboard/core'

/** Hold music that Twilio plays itself in its own conferences and queues when nothing else is set. */
const vendorMusic = 'http://com.twilio.sounds.music.s3.amazonaws.com/MARKOVICHAMP-Borghestral.mp3'

/** A host with its port when it is not the scheme's own; `*.example.com` stands for every host under it. */
const host = z.string().regex(/^(\*\.)?[a-z0-9.-]+(:\d+)?$/i, 'must be a host, such as mms.twiliocdn.com')

/** Options of one Twilio account. */
export const options = z
  .object({
    accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, 'is the account SID: AC and 32 hexadecimal digits'),
    /** Signs webhooks and authorises requests. While it is rotated: several, and any of them will do. */
    authTokens: secrets(),
    /** An API key pair and a TwiML app: what browsers need to be phones. Without the pair, staff clients get no token. */
    apiKeySid: z.string().startsWith('SK').optional(),
    apiKeySecret: secret().optional(),
    twimlAppSid: z.string().startsWith('AP').optional(),
    clientTokenTtlSeconds: z.int().min(60).max(86_400).default(3600),
    /** Where the REST API is. Only the host is changed by it. */
    url: z.url().default('https://api.twilio.com'),
    /** Hosts that files of messages are really on; the account's credentials are not sent there. */
    mediaHosts: z.array(host).default(['*.twiliocdn.com', 's3-external-1.amazonaws.com']),
    /** Requests begun in a second, and under way at once. Twilio names no number; its answer to too many is 429, 20429. */
    perSecond: z.number().positive().optional(),
    concurrency: z.int().min(1).max(100).default(10),
    /** The number customers see when we dial them, E.164. Default: the line the call is about. */
    callerId: z
      .string()
      .regex(/^\+\d{6,15}$/, 'is a number in E.164')
      .optional(),
    /** The voice that speaks to callers, and its language. */
    voice: z.string().optional(),
    language: z.string().default('en-AU'),
    /** What waiting callers hear, over and over: an address of an audio file. */
    musicUrl: z.url().default(vendorMusic),
    /** How often Twilio tries our webhooks again within its 15 s, 0 to 5. */
    webhookRetries: z.int().min(0).max(5).default(3),
    /** TwiML that answers calls while the hub is away, such as a TwiML Bin. Default: the hub is asked once more. */
    fallbackUrl: z.url().optional(),
    /** Whether texts are carried too. */
    messaging: z.boolean().default(true),
    /** What texts are sent from when no line is named: a messaging service; else a number, a short code or a name. Default: `callerId`. */
    messagingServiceSid: z.string().startsWith('MG').optional(),
    textFrom: z.string().min(1).optional(),
    /** How far back messages are read the first time. */
    historyDays: z.int().min(1).max(3650).default(365),
    /** Messages asked for at once. */
    pageSize: z.int().min(1).max(1000).default(500),
  })
  .refine(({ apiKeySid, apiKeySecret }) => !apiKeySid === !apiKeySecret, {
    path: ['apiKeySecret'],
    message: 'apiKeySid and apiKeySecret go together: set both or neither',
  })

export type Options = z.output<typeof options>
