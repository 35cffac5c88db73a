import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import { worldOf, type World } from '@switchboard/test-simulators/world'

/** A simulated Twilio outside the hub's process, so that calls live on when the hub dies. */
export interface OutsideVendor {
  twilio: RunningTwilio
  /** What a hub needs in its environment to work with it, at the same address every time it is started. */
  variables: Record<string, string>
  close(): Promise<void>
}

/** Where the hub will be, for more vendors outside. */
export interface Site {
  publicUrl: string
  world: World
  now(): Date
}

/** More entries of hub.yaml, with their options. */
export interface Parts {
  adapters: object
  plugins: object
}

/** Starts the vendor, and writes a hub.yaml for it into `dataDir`; the other vendors stay simulated inside the hub. `more` adds entries. */
export async function startOutsideVendor(
  dataDir: string,
  seed = 7,
  more: (site: Site) => Promise<Parts> = async () => ({ adapters: {}, plugins: {} }),
): Promise<OutsideVendor> {
  const [port, gatewayPort] = [await freePort(), await freePort()]
  const publicUrl = `http://127.0.0.1:${port}`
  const now = (): Date => new Date()
  const world = worldOf({ seed, now: now() })
  const twilio = await twilioSimulator.start({ publicUrl, adapter: 'twilio', world, seed, now })
  const config = join(dataDir, 'hub.yaml')
  const parts = await more({ publicUrl, world, now })
  await writeFile(config, hubYaml({ ...twilioSimulator.options, ...twilio.options }, parts))
  return {
    twilio,
    variables: {
      ...{ DATA_DIR: dataDir, HUB_CONFIG: config, PORT: String(port), GATEWAY_PORT: String(gatewayPort) },
    },
    close: () => twilio.close(),
  }
}

/** A port nobody has now, below those the system hands out: it must still be free when the hub comes back. */
function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000)
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
}

/** JSON is YAML too. */
function hubYaml(twilio: object, more: Parts): string {
  const config = {
    adapters: { twilio, shopify: { simulate: true }, appointjet: { simulate: true }, agenda: {}, ...more.adapters },
    plugins: {
      staff: {},
      access: { adminPassword: '${HUB_ADMIN_PASSWORD}' },
      identity: {},
      calls: {},
      gateway: { port: '${GATEWAY_PORT}' },
      ...more.plugins,
    },
  }
  return JSON.stringify(config, null, 2)
}
