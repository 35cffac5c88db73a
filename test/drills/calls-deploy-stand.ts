import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { identityOf, newId, type StaffId } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { connectGateway, type GatewayClient } from '@switchboard/gateway/client'
import { password, startHubProcess, type HubProcess } from '@switchboard/test-e2e/hub-process'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'

/** Where a hub of the stand listens. */
export interface Place {
  port: number
  gatewayPort: number
}

/** One webhook of the vendor, as it went. */
export interface WebhookSent {
  url: string
  /** `2xx`, another class, `ct`: no connection, or `rt`: no answer in time. */
  ending: string
  status: number | null
  /** Why there was no answer. */
  because?: string
}

/** A phone vendor, a database and hubs on it that come and go, with staff who stay connected. */
export interface HubsStand {
  twilio: RunningTwilio
  store: OpenStore
  /** Webhooks that were not answered with 2xx, retries included. */
  failedWebhooks: WebhookSent[]
  /** How many webhooks were sent. */
  webhooks(): number
  /** Starts a hub at a place, and waits until it is up. */
  startHub(place: Place, spawned?: (pid: number) => void): Promise<HubProcess>
  /** Asks the API through the front door, with the admin key of this install. */
  ask<T>(path: string, body?: object): Promise<T>
  /** Enrols and connects so many people, all free. */
  staff(count: number): Promise<Colleague[]>
  close(): Promise<void>
}

/** Somebody who answers. */
export interface Colleague {
  id: StaffId
  /** The address of their phone at the vendor. */
  phone: string
  client: GatewayClient
}

/** What a stand is made with. */
export interface HubsStandSettings {
  databaseUrl: string
  dataDir: string
  seed: number
  /** Where vendors and clients reach the hubs. */
  publicUrl: string
  gatewayUrl: string
  /** Where the hub is to ask the vendor. Default: at the vendor. */
  vendorUrl?(twilio: RunningTwilio): Promise<string>
  /** Options of the plugin `calls`. */
  callOptions?: object
}

/** A port nobody has now, below those the system hands out. */
export function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000)
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
}

/** Starts the vendor and opens the database; hubs are started by whoever drills. */
export async function openHubsStand(settings: HubsStandSettings): Promise<HubsStand> {
  const { databaseUrl, dataDir, publicUrl, seed } = settings
  const failedWebhooks: WebhookSent[] = []
  let sent = 0
  const info = (facts: object, phrase: string): void => {
    if (phrase !== 'webhook sent') return
    sent += 1
    const webhook = facts as WebhookSent
    if (webhook.ending !== '2xx') failedWebhooks.push(webhook)
  }
  const now = (): Date => new Date()
  const world = worldOf({ seed: 7, now: now() })
  const log = { info, warn: () => undefined }
  const twilio = await twilioSimulator.start({ publicUrl, adapter: 'twilio', world, seed, now, log })
  const config = join(dataDir, 'hub.yaml')
  const url = (await settings.vendorUrl?.(twilio)) ?? twilio.url
  await writeFile(config, hubYaml({ ...twilioSimulator.options, ...twilio.options, url }, settings))
  const store = await openStore({ url: databaseUrl, log: silentLog() })
  const clients: GatewayClient[] = []
  const key = async (): Promise<string> => (await readFile(join(dataDir, 'cli-key'), 'utf8')).trim()
  const ask = async <T>(path: string, body?: object): Promise<T> => asking<T>(publicUrl + path, await key(), body)
  return {
    ...{ twilio, store, failedWebhooks, ask },
    webhooks: () => sent,
    startHub: ({ port, gatewayPort }, spawned) =>
      startHubProcess(
        {
          ...{ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, HUB_CONFIG: config, PUBLIC_URL: publicUrl },
          ...{ PORT: String(port), GATEWAY_PORT: String(gatewayPort), LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' },
        },
        undefined,
        spawned,
      ),
    staff: async count => {
      const people = await Promise.all((await enrol(store, count)).map(person => connected(person, ask)))
      clients.push(...people.map(({ client }) => client))
      return people
    },
    close: async () => {
      for (const client of clients) client.close()
      await twilio.close()
      await store.close()
    },
  }
}

/** People who can be rung but cannot sign in: a password costs a tenth of a second each. */
async function enrol(store: OpenStore, count: number): Promise<{ id: StaffId; email: string }[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    id: newId<'staff'>(),
    email: `staff${index}@drill.example`,
    name: `Staff ${index}`,
  }))
  await store.transact(
    tx => tx.sql`
      insert into staff (id, email, name, role, presence, created_at, updated_at)
      select id, email, name, 'agent', 'available', now(), now()
      from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as person (id uuid, email text, name text)`,
  )
  return people
}

async function connected({ id, email }: { id: StaffId; email: string }, ask: HubsStand['ask']): Promise<Colleague> {
  const client = connectGateway({ ticket: () => ask('/api/gateway/ticket', { staff: email }), pauseAtMostMs: 2_000 })
  await new Promise<void>(resolve => client.on('welcome', () => resolve()))
  return { id, phone: `client:${identityOf(id)}`, client }
}

async function asking<T>(url: string, key: string, body?: object): Promise<T> {
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}

/** JSON is YAML too. */
function hubYaml(twilio: object, { gatewayUrl, callOptions = {} }: HubsStandSettings): string {
  return JSON.stringify({
    adapters: { twilio },
    plugins: {
      staff: { wrapUpSeconds: 0 },
      access: { adminPassword: password },
      calls: callOptions,
      gateway: { port: '${GATEWAY_PORT}', publicUrl: gatewayUrl },
    },
  })
}

/** What `look` finds, as soon as it does. @throws Error when it does not in time */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 20_000,
): Promise<T> {
  const end = performance.now() + withinMs
  while (performance.now() < end) {
    const found = await look()
    if (found) return found
    await new Promise(wake => setTimeout(wake, 25))
  }
  throw new Error(`${what} did not happen within ${withinMs / 1000} s`)
}
