import { faultsOf } from './faults.ts'
import { randomOf, seedOf } from './random.ts'
import { serve } from './server.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'
import { clockOf } from './twilio-clock.ts'
import { controlRoutes, controlsOf, type Controls } from './twilio-control.ts'
import { sidOf, type Exchange, type Line } from './twilio-model.ts'
import { restRoutes, tooMany, type Credentials } from './twilio-rest.ts'
import { webhooksOf } from './twilio-webhooks.ts'

/** An invented account. */
const account = {
  accountSid: `AC${'5b'.repeat(16)}`,
  authTokens: 'simulated-auth-token',
  apiKeySid: `SK${'5b'.repeat(16)}`,
  apiKeySecret: 'simulated-api-key-secret',
  twimlAppSid: `AP${'5b'.repeat(16)}`,
}

/** The line of the account: in a range the Australian authority keeps for fiction. */
const line = '+61255501234'

/** Settings of this simulator besides those of all. */
export interface TwilioSettings extends SimulatorSettings {
  /** Stands for the 15 s that Twilio waits for a webhook's answer, in our time: `speed` does not scale it. */
  webhookCapMs?: number
}

/** A simulated Twilio that runs. */
export interface RunningTwilio extends Running, Controls {
  /** The account's lines, E.164. */
  numbers: string[]
}

/**
 * Twilio voice on loopback: it plays whole calls from TwiML and lives on while the hub restarts. `speed` is how much faster than in the
 * world calls go, and is 1 unless set.
 */
export const twilioSimulator = {
  name: 'twilio',
  options: { ...account, callerId: line },
  start,
} satisfies Simulator<RunningTwilio>

async function start(settings: TwilioSettings): Promise<RunningTwilio> {
  const faults = faultsOf(settings.seed, settings.faults)
  const exchange = exchangeOf(settings, faults)
  const controls = controlsOf(exchange)
  const credentials: Credentials = new Map([
    [account.accountSid, account.authTokens],
    [account.apiKeySid, account.apiKeySecret],
  ])
  const { url, close } = await serve({
    routes: [...restRoutes(exchange, credentials, faults), ...controlRoutes(controls, settings.world.demoCaller.phone)],
    faults,
    tooMany,
    ...(settings.port !== undefined && { port: settings.port }),
  })
  return {
    ...controls,
    url,
    options: { url },
    faults,
    numbers: [line],
    async close() {
      exchange.clock.close()
      for (const leg of exchange.legs.values()) leg.program.abort()
      await exchange.webhooks.close()
      await close()
    },
  }
}

function exchangeOf(settings: TwilioSettings, faults: ReturnType<typeof faultsOf>): Exchange {
  const { now, log, speed = 1, webhookCapMs = 15_000 } = settings
  const random = randomOf(seedOf(settings.seed, 'twilio'))
  return {
    accountSid: account.accountSid,
    lines: [lineOf(settings, sidOf('PN', random))],
    legs: new Map(),
    conferences: new Map(),
    recordings: new Map(),
    behaviours: new Map(),
    clock: clockOf(speed),
    webhooks: webhooksOf({ authToken: account.authTokens, faults, capMs: webhookCapMs, log }),
    random,
    now,
    log,
  }
}

/** A line set up as the adapter's README says. */
function lineOf({ publicUrl, adapter }: SimulatorSettings, sid: string): Line {
  const address = (channel: string): string => `${publicUrl}/webhooks/${adapter}/${channel}`
  return {
    sid,
    phoneNumber: line,
    voiceUrl: address('voice'),
    voiceFallbackUrl: address('fallback'),
    statusCallback: address('status'),
  }
}
