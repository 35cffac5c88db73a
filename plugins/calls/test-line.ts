import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { identityOf, type StaffId, type TelephonyPort, type Tx, type WebhookRequest } from '@switchboard/core'
import type { OpenStore } from '@switchboard/core/store'
import { testKit } from '@switchboard/test-contracts/kit'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import type { LegView } from '@switchboard/test-simulators/twilio-control'
import { worldOf } from '@switchboard/test-simulators/world'
import { twilio } from '@switchboard/twilio'
import type { Test } from 'tap'
import { act } from './actor.ts'
import { answer, deliver } from './listen.ts'
import { resume } from './resume.ts'
import type { MachineEvent } from './state.ts'
import type { StoredCall } from './store.ts'
import { openExchange, type Exchange, type Setting } from './test-exchange.ts'
import { type Person } from './test-vendor.ts'

/** An exchange at a vendor that plays calls: what it reports arrives, unless the hub is away. */
export interface Line extends Exchange {
  twilio: RunningTwilio
  /**
   * The hub is gone: reports are not heard, commands not carried. The vendor goes on. Commands that waited are still there, and may have
   * been carried; or they were given up for good (`lost`).
   */
  crash(commands?: 'kept' | 'lost'): void
  /** Another hub starts, and compares what it finds with the vendor's truth. A minute has gone by. */
  restart(): Promise<void>
  /** So many seconds go by on the hub's clock alone. */
  sleep(seconds: number): void
  /** The call, as soon as it is so; what waits is carried meanwhile. */
  until(is: (call: StoredCall) => boolean, what: string): Promise<StoredCall>
  /** The caller's leg at the vendor, as soon as it is so. */
  caller(is: (leg: LegView) => boolean, what: string): Promise<LegView>
  phone(staffId: StaffId): ReturnType<RunningTwilio['softphone']>
  /** Does something to the newest call, as staff would. */
  does(event: MachineEvent): Promise<void>
  /** What the vendor was made to do since: operations and what they said. */
  done(since?: number): string[]
}

const world = worldOf({ seed: 1, now: new Date('2026-11-21T09:00:00Z'), people: 5 })

/** Sets it up: calls go ten times as fast as in the world: a phone rings for seconds, also where this machine stalls. */
export async function openLine(t: Test, store: OpenStore, people: Person[], setting: Setting = {}): Promise<Line> {
  const door = { isOpen: true, hear: async (_: WebhookRequest): Promise<string | null> => null }
  const server = createServer((message, reply) => void receive(door, message, reply))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const vendor = await twilioSimulator.start({
    ...{ adapter: 'twilio', world, seed: 1, now: () => new Date(), publicUrl, speed: 10, lineOverride: '' },
  })
  t.teardown(async () => {
    await vendor.close()
    server.closeAllConnections()
    server.close()
  })
  const clock = { aheadMs: 0 }
  const now = (): Date => new Date(Date.now() + clock.aheadMs)
  const telephony = telephonyAt(vendor, publicUrl, now)
  const exchange = await openExchange(store, people, { ...setting, telephony, now })
  door.hear = request => hearAt(exchange, request)
  return lineOf(exchange, { vendor, door, clock })
}

function telephonyAt(vendor: RunningTwilio, publicUrl: string, now: () => Date): TelephonyPort {
  const options = twilio.options.parse({ ...twilioSimulator.options, ...vendor.options, webhookRetries: 0 })
  const made = twilio.create(options, testKit('twilio', now, { publicUrl }))
  if (!made.telephony) throw new Error('the adapter provides no telephony')
  return made.telephony
}

const asking = ['voice', 'fallback', 'dial-action', 'record-action']

async function hearAt(exchange: Exchange, request: WebhookRequest): Promise<string | null> {
  if (asking.includes(request.channel))
    return (await exchange.store.transact(tx => answer(exchange)(tx, request, Promise.resolve(true)))).body
  const apply = await deliver(exchange)(request)
  await exchange.store.transact((tx: Tx) => apply(tx))
  return null
}

interface Door {
  isOpen: boolean
  hear(request: WebhookRequest): Promise<string | null>
}

async function receive(door: Door, message: IncomingMessage, reply: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  if (!door.isOpen) return void message.socket.destroy()
  const url = `http://127.0.0.1${message.url}`
  const channel = new URL(url).pathname.split('/')[3] ?? ''
  const head = { adapter: 'twilio', channel, method: 'POST', url, headers: {}, receivedAt: new Date() }
  try {
    const body = await door.hear({ ...head, body: Buffer.concat(chunks) } as WebhookRequest)
    reply.writeHead(200, { 'content-type': 'text/xml' }).end(body ?? '')
  } catch {
    reply.writeHead(500).end()
  }
}

function lineOf(
  exchange: Exchange,
  { vendor, door, clock }: { vendor: RunningTwilio; door: Door; clock: { aheadMs: number } },
): Line {
  const callerLeg = async (): Promise<LegView | undefined> => {
    const call = await newest(exchange)
    const sid = call?.legs.find(({ role }) => role === 'caller')?.vendorId
    return vendor.calls().find(({ callSid }) => callSid === sid)
  }
  const carry = async (): Promise<void> => {
    if (door.isOpen) await exchange.carry()
  }
  return {
    ...exchange,
    twilio: vendor,
    crash: (commands = 'kept') => {
      door.isOpen = false
      if (commands === 'lost') exchange.waiting.splice(0)
      for (const row of exchange.waiting) row.attempt = 1
    },
    restart: async () => {
      clock.aheadMs += 60_000
      await resume(exchange, 0)
      door.isOpen = true
      await carry()
    },
    sleep: seconds => void (clock.aheadMs += seconds * 1000),
    until: (is, what) =>
      found(what, async () => {
        await carry()
        const call = await newest(exchange)
        return call && is(call) ? call : null
      }),
    caller: (is, what) =>
      found(what, async () => {
        await carry()
        const leg = await callerLeg()
        return leg && is(leg) ? leg : null
      }),
    phone: staffId => vendor.softphone(identityOf(staffId)),
    does: async event => {
      const { id } = await exchange.call()
      await exchange.store.transact(tx => act(exchange, tx, id, event))
    },
    done: (since = 0) =>
      vendor
        .performed()
        .slice(since)
        .map(({ what, form }) => `${what} ${wordsOf(form)}`.trim()),
  }
}

async function newest(exchange: Exchange): Promise<StoredCall | null> {
  const [row] = await exchange.store.read(tx => tx.sql`select id from call limit 1`)
  return row ? exchange.call() : null
}

/** What of a request matters to tests: not what addresses it gave. */
function wordsOf(form: Readonly<Record<string, string>>): string {
  const told = ['To', 'Status', 'Hold', 'Muted']
  const verb = form['Twiml']?.match(/<(Conference|Record|Gather|Play|Say|Hangup)/)?.[1]
  return [...told.flatMap(name => (form[name] === undefined ? [] : `${name}=${form[name]}`)), verb ?? []]
    .flat()
    .join(' ')
}

async function found<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (let left = 4000; left > 0; left--) {
    const seen = await look()
    if (seen !== null) return seen
    await pause(10)
  }
  throw new Error(`not so: ${what}`)
}
