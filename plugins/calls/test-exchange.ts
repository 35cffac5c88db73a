import {
  VendorError,
  type CallId,
  type Hours,
  type HttpReply,
  type HubEvent,
  type Instruction,
  type LegId,
  type TelephonyPort,
  type Tx,
  type WebhookRequest,
} from '@switchboard/core'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import type { Test } from 'tap'
import { topic, type Carriage, type Settings } from './actor.ts'
import { courier } from './courier.ts'
import { callEntities } from './entities.ts'
import { answer, deliver } from './listen.ts'
import { readCalls, trailOf, type StoredCall, type TrailRow } from './store.ts'
import { makeRoster, makeVendor, quiet, type Person, type Vendor } from './test-vendor.ts'

/** Everything around the calls, by hand: nothing happens unless a test says so. */
export interface Exchange extends Carriage {
  store: OpenStore
  vendor: Vendor
  staff: ReturnType<typeof makeRoster>
  published: Pick<HubEvent, 'name' | 'data'>[]
  /** The outbox: what is yet to be carried. */
  waiting: { data: object; attempt: number }[]
  /** A delivery that the vendor waits for. @returns what the leg is to do */
  ask(event: object, fresh?: boolean): Promise<Instruction | null>
  /** A delivery that nobody waits for. */
  report(event: object): Promise<void>
  /** Carries everything that waits, and what follows from it. */
  carry(): Promise<void>
  move(seconds: number): void
  /** The newest call. */
  call(): Promise<StoredCall>
  trail(): Promise<TrailRow[]>
}

/** What an exchange is made with, where it differs from the usual. */
export interface Setting {
  strategy?: Settings['strategy']
  hours?: Hours
  card?: Carriage['card']
  /** Another vendor than the one that exists only here. */
  telephony?: TelephonyPort
  now?: () => Date
  maxWaitSeconds?: number
}

/** A database for the calls of one test file. */
export async function openCalls(t: Test): Promise<OpenStore> {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, entities: callEntities, log: quiet })
  t.teardown(() => store.close())
  return store
}

/** Sets an exchange up. Calls of earlier tests are forgotten. */
export async function openExchange(
  store: OpenStore,
  people: Person[],
  { strategy = 'longest-idle', hours, card, telephony, now, maxWaitSeconds = 300 }: Setting = {},
): Promise<Exchange> {
  await store.transact(
    tx => tx.sql`truncate call, call_leg, call_event, routing_settings, routing_turn, call_assignment`,
  )
  const clock = { now: new Date('2026-03-01T10:00:00Z') }
  const [vendor, staff] = [makeVendor(), makeRoster(people)]
  const published: Exchange['published'] = []
  const waiting: Exchange['waiting'] = []
  const carriage: Carriage = {
    ...{ store, log: quiet, now: now ?? (() => clock.now), roster: () => staff, telephony: () => telephony ?? vendor },
    ...(hours ? { hours: () => hours } : {}),
    ...(card ? { card } : {}),
    events: { publish: async (tx, name, data) => tx.afterCommit(() => void published.push({ name, data })) },
    outbox: {
      send: async (tx, to, _key, data) =>
        tx.afterCommit(() => void (to === topic && waiting.push({ data, attempt: 0 }))),
    },
    settings: {
      ...{
        strategy,
        ringSeconds: 25,
        maxWaitSeconds,
        greeting: 'Hello.',
        voicemailGreeting: 'Speak after the tone.',
        voicemailMaxSeconds: 120,
        queueText: 'You are number {place}.',
        callbackText: 'We call you back.',
      },
    },
  }
  const lastCall = async (): Promise<StoredCall> => {
    const [row] = await store.read(tx => tx.sql<{ id: CallId }>`select id from call order by id desc limit 1`)
    const [call] = row ? await store.read(tx => readCalls(tx, [row.id])) : []
    if (!call) throw new Error('there is no call')
    return call
  }
  return {
    ...carriage,
    ...{ store, vendor, staff, published, waiting },
    ask: async (event, fresh = true) => {
      const reply = await store.transact(tx => answer(carriage)(tx, requestOf(event), Promise.resolve(fresh)))
      return instructionIn(reply)
    },
    report: async event => {
      const apply = await deliver(carriage)(requestOf(event))
      await store.transact(apply)
    },
    carry: () => carryAll(carriage, waiting),
    move: seconds => void (clock.now = new Date(clock.now.getTime() + seconds * 1000)),
    call: lastCall,
    trail: async () => {
      const { id } = await lastCall()
      return store.read(tx => trailOf(tx, id))
    },
  }
}

/** As the core's outbox does: again while it may help, and given up when it cannot. */
async function carryAll(carriage: Carriage, waiting: Exchange['waiting']): Promise<void> {
  const { carry, failed } = courier(carriage)
  for (let row = waiting[0]; row; row = waiting[0]) {
    row.attempt += 1
    let apply: (tx: Tx) => Promise<void>
    try {
      apply = await carry(row.data, row.attempt)
    } catch (error) {
      const mayHelp = error instanceof VendorError && (error.retryable || error.outcomeUnknown)
      if (mayHelp && row.attempt < 10) continue
      apply = failed(row.data, error)
    }
    waiting.shift()
    await carriage.store.transact(apply)
  }
}

/** A delivery that holds an event. */
export function requestOf(event: object): WebhookRequest {
  const body = Buffer.from(JSON.stringify(event))
  const receivedAt = new Date()
  return { adapter: 'phone', channel: 'voice', method: 'POST', url: 'http://localhost', headers: {}, body, receivedAt }
}

function instructionIn({ body }: HttpReply): Instruction | null {
  return JSON.parse(body) as Instruction | null
}

/** Somebody calls. */
export function incoming(vendorId = 'CA1', from: string | null = '+61412345678'): object {
  return { type: 'incoming', leg: { vendorId, callId: null, legId: null }, from, to: '+61712345678', at: new Date() }
}

/** A report about a leg's status, found by the vendor's id alone. */
export function status(
  vendorId: string,
  word: string,
  { sequence = null, callId = null, legId = null }: Known = {},
): object {
  return {
    type: 'leg',
    leg: { vendorId, callId, legId },
    status: word,
    sequence,
    durationSeconds: null,
    at: new Date(),
  }
}

/** A report about a leg's place in a conference. */
export function place(type: 'joined' | 'left', vendorId: string, sequence: number): object {
  const conference = { name: '', vendorId: 'CF1' }
  return {
    type,
    leg: { vendorId, callId: null, legId: null },
    conference,
    sequence,
    at: new Date('2026-03-01T10:00:00Z'),
  }
}

interface Known {
  sequence?: number | null
  callId?: CallId | null
  legId?: LegId | null
}

/** What the vendor was asked to do, in short. */
export function asked({ vendor }: Exchange): string[] {
  return vendor.performed.map(command => (command.do === 'redirect' ? `redirect to ${command.to.do}` : command.do))
}

/** The states a call went through. */
export async function turns(exchange: Exchange): Promise<string[]> {
  return (await exchange.trail()).filter(({ from, to }) => from !== to).map(({ to }) => to)
}

/** A call that was answered by Alex and is on its way into the conference: the caller is CA1, Alex V1. */
export async function answered(exchange: Exchange): Promise<void> {
  await exchange.ask(incoming())
  await exchange.carry()
  await exchange.report(status('V1', 'ringing', { sequence: 1 }))
  await exchange.report(status('V1', 'in-progress', { sequence: 2 }))
  await exchange.carry()
}

/** A call in which the caller and Alex speak. */
export async function talking(exchange: Exchange): Promise<void> {
  await answered(exchange)
  await exchange.report(place('joined', 'V1', 1))
  await exchange.report(place('joined', 'CA1', 2))
}
