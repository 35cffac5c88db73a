import {
  VendorError,
  type CallCommand,
  type CallEvent,
  type CallId,
  type CallSnapshot,
  type HttpReply,
} from '@switchboard/core'
import type {
  Hours,
  HubEvent,
  Instruction,
  LegId,
  Log,
  OnDuty,
  Roster,
  StaffId,
  TelephonyPort,
  Tx,
  WebhookRequest,
} from '@switchboard/core'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import type { Test } from 'tap'
import { topic, type Carriage, type Settings } from './actor.ts'
import { courier } from './courier.ts'
import { callEntities } from './entities.ts'
import { answer, deliver } from './listen.ts'
import { readCalls, trailOf, type StoredCall, type TrailRow } from './store.ts'

/** A log that nobody reads. */
export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

/** Somebody who can be rung, or why not. */
export interface Person {
  id: StaffId
  name: string
  because?: string
}

/** A phone vendor that exists only here: it does as it is told, and remembers. Its webhooks are `CallEvent`s as JSON. */
export interface Vendor extends TelephonyPort {
  performed: CallCommand[]
  /** Its truth, by its own ids. */
  legs: Map<string, CallSnapshot['legs'][number]>
  isDown: boolean
  /** The next commands fail like this. */
  failures: VendorError[]
  /** Done while a command is being performed, before the vendor answers. */
  meanwhile: () => Promise<unknown>
}

/** Makes a vendor whose legs live until it is told that they ended. */
export function makeVendor(): Vendor {
  const vendor: Vendor = {
    performed: [],
    legs: new Map(),
    isDown: false,
    failures: [],
    meanwhile: async () => {},
    receive: request =>
      JSON.parse(request.body.toString(), (key, value) => (key === 'at' ? new Date(value) : value)) as CallEvent,
    reply: instruction => ({ status: 200, headers: {}, body: JSON.stringify(instruction) }),
    perform: async command => {
      const failure = vendor.failures.shift()
      if (failure && !failure.outcomeUnknown) throw failure
      vendor.performed.push(command)
      await vendor.meanwhile()
      const vendorLegId = command.do === 'dial' ? `V${vendor.performed.length}` : null
      if (command.do === 'dial' && vendorLegId)
        vendor.legs.set(vendorLegId, {
          vendorId: vendorLegId,
          legId: command.legId,
          status: 'queued',
          inConference: false,
        })
      if (command.do === 'hangup') vendor.legs.delete(command.vendorLegId)
      if (failure) throw failure
      return { outcome: 'done', vendorLegId }
    },
    inspect: async () => {
      if (vendor.isDown) throw new VendorError('the vendor is down', { retryable: true })
      return { legs: [...vendor.legs.values()] }
    },
  }
  return vendor
}

/** A roster that is only here. Nobody is forgotten when a transaction fails, so tests of that look at the database alone. */
export function makeRoster(people: Person[]): Roster & { claims: Map<StaffId, CallId>; released: object[] } {
  const claims = new Map<StaffId, CallId>()
  const released: object[] = []
  const onDuty = async (): Promise<OnDuty[]> =>
    people.map(({ id, name, because }) => ({
      ...{
        id,
        name,
        email: `${name}@demo.example`,
        role: 'agent' as const,
        isActive: true,
        presence: 'available' as const,
      },
      ...{ isConnected: true, callId: claims.get(id) ?? null, lastCallAt: null },
      notFreeBecause: because ?? (claims.has(id) ? 'is on another call' : null),
    }))
  return {
    ...{ claims, released, onDuty },
    find: async (_tx, who) => (await onDuty()).find(({ id }) => 'id' in who && id === who.id) ?? null,
    findAll: onDuty,
    enrol: () => Promise.reject(new Error('nobody is enrolled here')),
    presence: async () => {},
    claim: async (_tx, staffId, callId) => {
      if (claims.has(staffId)) return false
      claims.set(staffId, callId)
      return true
    },
    release: async (_tx, staffId, callId, spoke) => {
      released.push({ staffId, spoke })
      if (claims.get(staffId) === callId) claims.delete(staffId)
    },
  }
}

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
