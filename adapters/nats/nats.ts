import { defineAdapter, z } from '@switchboard/core'
import { lineTo } from './connection.ts'
import { natsHints } from './hints.ts'
import { consume, publisher } from './stream.ts'

const options = z.object({
  /** Where the servers are: `nats://host:4222`, several with commas between; `tls://` for an encrypted way. */
  url: z.string().regex(/^(nats|tls):\/\/\S+/, 'is no address of NATS: it begins with nats:// or tls://'),
  token: z.string().min(1).meta({ secret: true }).optional(),
  user: z.string().min(1).optional(),
  password: z.string().min(1).meta({ secret: true }).optional(),
  /** The path of a file with credentials. */
  credentials: z.string().min(1).optional(),
  /** The name of the JetStream stream. Hubs that share a database share it; two installs on one NATS do not. */
  stream: z
    .string()
    .regex(/^[\w-]{1,60}$/, 'must be letters, digits, _ and -')
    .default('switchboard'),
  /** For how long events are kept for whoever is away. Counts when the stream is made. */
  keepDays: z.coerce.number().min(1).max(3650).default(7),
  /** On how many servers of a cluster each event is kept. Counts when the stream is made. */
  replicas: z.coerce.number().int().min(1).max(5).default(1),
  /** An event whose reader gives no sign of life for so long goes to another. Counts when the consumer is made. */
  handSeconds: z.coerce.number().min(0.5).max(600).default(10),
  /** The pause after a reader's first failure; each further one is twice as long, up to 30 s. */
  firstRetrySeconds: z.coerce.number().positive().max(30).default(0.25),
})

/** Carries events beyond the hub over NATS JetStream, and hints between hubs over NATS itself. */
export const nats = defineAdapter({
  name: 'nats',
  options,
  provides: ['events'],
  create: ({ url, token, user, password, credentials, ...keeping }, { log }) => {
    const line = lineTo({ url, token, user, password, credentials }, log)
    return {
      events: {
        publish: publisher(line, keeping),
        consume: (name, handle) => consume({ line, keeping, log }, name, handle),
        hints: natsHints(line, `${keeping.stream}.hints`),
      },
      close: () => line.close(),
    }
  },
})
