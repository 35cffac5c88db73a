import { accessSync, constants } from 'node:fs'
import { OptionError, secret, z, type Issue } from '@switchboard/core'
import { limits as usual, type Limits } from './limits.ts'

const many = z.coerce.number().int().min(1)

/** What the gateway can be told. */
export const options = z.object({
  /** 0: any free one. */
  port: z.coerce.number().int().min(0).max(65_535).default(3001),
  /** The address to listen on. */
  host: z.string().default('0.0.0.0'),
  /** Who may connect from a browser: whole origins, or host names. The hub's own address always may. */
  origins: z.array(z.string()).default(['localhost', '127.0.0.1']),
  /** What clients are told to connect to, when that is not the hub's host with our port: behind a proxy, `wss://desk.example.com/gateway`. */
  publicUrl: z.url({ protocol: /^wss?$/ }).optional(),
  /** How long a person still counts as connected after a socket was lost. */
  graceSeconds: z.coerce.number().min(0).max(600).default(15),
  /** As `graceSeconds`, for somebody in a call. */
  callGraceSeconds: z.coerce.number().min(0).max(3600).default(90),
  /** Speak TLS itself: files with the certificate (with its chain) and the key, in PEM. Read at the start. */
  tls: z
    .object({ certFile: z.string().min(1), keyFile: z.string().min(1), passphrase: secret().optional() })
    .optional(),
  /** What clients may do, where it is to be another than usual. */
  limits: z
    .strictObject({
      frameBytes: many.max(1024 * 1024),
      framesPerSecond: many.max(10_000),
      helloMs: many.max(60_000),
      unsentBytes: many.min(64 * 1024).max(64 * 1024 * 1024),
      connectionsPerPerson: many,
      connectionsPerAddress: many,
      connections: many,
    })
    .partial()
    .default({}),
})
export type Options = z.output<typeof options>

/** What clients may do: as usual, but for what the options say. */
export function limitsOf({ limits }: Options): Limits {
  const said = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
  return { ...usual, ...said }
}

/** Looks whether the files are there that TLS needs. @throws OptionError with each that is not */
export function checkTls({ tls }: Options): void {
  const issues: Issue[] = []
  for (const name of ['certFile', 'keyFile'] as const) {
    const file = tls?.[name]
    if (file !== undefined && !isReadable(file))
      issues.push({ path: `plugins.gateway.tls.${name}`, message: `${file} cannot be read` })
  }
  if (issues.length > 0) throw new OptionError(issues)
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}
