import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { definePlugin, z, type Hub } from '@switchboard/core'
import { makeAuthenticator } from './authenticate.ts'
import { accessEntities } from './entities.ts'
import { ensureAdmin, ensureCliKey, ensureDemoStaff, type FirstStart } from './first-start.ts'
import { keyRoutes } from './key-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import type { Access } from './routes.ts'
import { sessionRoutes } from './session-routes.ts'
import type { SessionNeeds } from './sessions.ts'
import { sharedSecret } from './store.ts'

const options = z.object({
  /** Who the first admin is. */
  adminEmail: z.string().trim().min(3).includes('@').default('admin@localhost'),
  /** The first admin's password, at least 8 characters; made up, and kept in a file, when unset. Only read while nobody can sign in. */
  adminPassword: z.string().min(8).meta({ secret: true }).optional(),
  /** How long an access token is good for. */
  accessMinutes: z.number().positive().max(1440).default(15),
  /** How long a person stays signed in without using the hub. */
  refreshDays: z.number().positive().max(365).default(30),
  /** Where the key for `hub …` commands on this machine is kept. Default: `cli-key` in the data directory. */
  cliKeyFile: z.string().min(1).optional(),
  /** Whether three demo staff can sign in with the admin's password. Not for an install that real people reach. */
  demoStaff: z.boolean().default(false),
})

/** Who may come in: people with email and password, programs with API keys. */
export const access = definePlugin({
  name: 'access',
  options,
  needs: ['roster'],
  provides: ['auth'],
  entities: accessEntities,
  setup: (hub, settings) => {
    const needs = sessionNeeds(hub, settings)
    const auth = makeAuthenticator(needs)
    const parts: Access = { hub, auth, sessions: needs }
    const firstStart: FirstStart = { ...settings, cliKeyFile: settings.cliKeyFile ?? join(hub.dataDir, 'cli-key') }
    return {
      ports: { auth },
      routes: [...sessionRoutes(parts), ...peopleRoutes(parts), ...keyRoutes(parts)],
      start: async () => {
        await needs.secret()
        await ensureAdmin(hub, needs.roster(), firstStart)
        await ensureDemoStaff(hub, needs.roster(), firstStart)
        await ensureCliKey(hub, firstStart)
      },
    }
  },
})

function sessionNeeds(hub: Hub, { accessMinutes, refreshDays }: z.output<typeof options>): SessionNeeds {
  let secret: Promise<Uint8Array> | undefined
  const readSecret = async (): Promise<Uint8Array> => {
    const fresh = randomBytes(32).toString('base64url')
    return Buffer.from(await hub.store.transact(tx => sharedSecret(tx, 'access-token', fresh, hub.now())))
  }
  return {
    store: hub.store,
    now: () => hub.now(),
    roster: () => hub.port('roster'),
    secret: async () => {
      secret ??= readSecret()
      secret.catch(() => (secret = undefined))
      return secret
    },
    accessMinutes,
    refreshDays,
  }
}
