import { faultsOf } from './faults.ts'
import { fileOf, fileStore, type FileStore } from './files.ts'
import { randomOf, seedOf } from './random.ts'
import { serve } from './server.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'
import { clockOf, type Clock } from './twilio-clock.ts'
import { controlRoutes, controlsOf, type Controls } from './twilio-control.ts'
import { sidOf, type Exchange, type Line, type TextMedia } from './twilio-model.ts'
import { textControlsOf, textRoutes, type TextControls } from './twilio-text-control.ts'
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

/** How the adapter's README says to have webhooks tried again. */
const usualOverride = '#ct=2000&rt=5000&rc=3&rp=ct,rt,5xx'

/** Settings of this simulator besides those of all. */
export interface TwilioSettings extends SimulatorSettings {
  /** Stands for the 15 s that Twilio waits for a webhook's answer, in our time: `speed` does not scale it. */
  webhookCapMs?: number
  /** The connection override at the end of the line's addresses. Default: as the adapter sets them. */
  lineOverride?: string
  /** The vendor's time. Default: a clock that runs `speed` times as fast as ours. */
  clock?: Clock
  /** Resolves when a request between us and the vendor, either way, has arrived. Default: at once. */
  transit?: (what: string) => Promise<unknown>
  /** More lines of the account, E.164. */
  moreLines?: readonly string[]
}

/** A simulated Twilio that runs. */
export interface RunningTwilio extends Running, Controls, TextControls {
  /** The account's lines, E.164. */
  numbers: string[]
  /** The files that came with a message. */
  filesOf(messageSid: string): { contentType: string; bytes: Buffer }[]
  /** How many requests brought the account's credentials to the host of the files, where they have no business. */
  leaks(): number
}

/**
 * Twilio on loopback: it plays whole calls from TwiML, carries texts, and lives on while the hub restarts. `speed` is how much faster than
 * in the world calls go and texts are carried, and is 1 unless set.
 */
export const twilioSimulator = {
  name: 'twilio',
  options: { ...account, callerId: line },
  start,
} satisfies Simulator<RunningTwilio>

async function start(settings: TwilioSettings): Promise<RunningTwilio> {
  const faults = faultsOf(settings.seed, settings.faults)
  const files = await fileStore(faults, account.authTokens)
  const exchange = exchangeOf(settings, faults, files)
  const controls = controlsOf(exchange)
  const textControls = textControlsOf(exchange, settings.world, addressOf(settings, 'sms-status'))
  const credentials: Credentials = new Map([
    [account.accountSid, account.authTokens],
    [account.apiKeySid, account.apiKeySecret],
  ])
  const { url, close } = await serve({
    routes: [
      ...restRoutes(exchange, credentials, faults),
      ...controlRoutes(controls, settings.world.demoCaller.phone),
      ...textRoutes(textControls),
    ],
    faults,
    tooMany,
    ...(settings.transit && { transit: settings.transit }),
    ...(settings.port !== undefined && { port: settings.port }),
  })
  return {
    ...controls,
    ...textControls,
    url,
    options: { url, mediaHosts: [files.host] },
    leaks: files.leaks,
    filesOf: sid => (exchange.texts.get(sid)?.media ?? []).map(file => contentOf(file)),
    faults,
    numbers: exchange.lines.map(({ phoneNumber }) => phoneNumber),
    async close() {
      exchange.clock.close()
      for (const leg of exchange.legs.values()) leg.program.abort()
      await exchange.webhooks.close()
      await Promise.all([close(), files.close()])
    },
  }
}

function contentOf({ sid, contentType }: TextMedia): { contentType: string; bytes: Buffer } {
  return { contentType, bytes: fileOf(contentType, sid) }
}

function exchangeOf(settings: TwilioSettings, faults: ReturnType<typeof faultsOf>, files: FileStore): Exchange {
  const { now, log, speed = 1, webhookCapMs = 15_000, transit } = settings
  const random = randomOf(seedOf(settings.seed, 'twilio'))
  return {
    accountSid: account.accountSid,
    lines: [line, ...(settings.moreLines ?? [])].map(number => lineOf(settings, number, sidOf('PN', random))),
    legs: new Map(),
    conferences: new Map(),
    recordings: new Map(),
    behaviours: new Map(),
    texts: new Map(),
    textEnds: new Map(),
    fileAddress: files.addressOf,
    optOuts: new Set(),
    lagMs: 0,
    faults,
    performed: [],
    clock: settings.clock ?? clockOf(speed),
    webhooks: webhooksOf({ authToken: account.authTokens, faults, capMs: webhookCapMs, transit, log }),
    random,
    now,
    log,
  }
}

/** A line set up as the adapter's README says. */
function lineOf(settings: TwilioSettings, phoneNumber: string, sid: string): Line {
  const address = (channel: string): string => addressOf(settings, channel)
  return {
    ...{ sid, phoneNumber, friendlyName: phoneNumber, capabilities: { voice: true, sms: true, mms: true } },
    ...{ voiceUrl: address('voice'), voiceFallbackUrl: address('fallback'), statusCallback: address('status') },
    ...{ smsUrl: address('sms'), smsFallbackUrl: address('sms-fallback') },
    ...{ voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' },
    ...{ smsMethod: 'POST', smsFallbackMethod: 'POST' },
    ...{ voiceApplicationSid: '', trunkSid: '', smsApplicationSid: '' },
  }
}

function addressOf({ publicUrl, adapter, lineOverride = usualOverride }: TwilioSettings, channel: string): string {
  return `${publicUrl}/webhooks/${adapter}/${channel}${lineOverride}`
}
