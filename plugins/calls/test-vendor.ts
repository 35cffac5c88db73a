import {
  VendorError,
  type CallCommand,
  type CallEvent,
  type CallId,
  type CallSnapshot,
  type Log,
  type OnDuty,
  type Roster,
  type StaffId,
  type TelephonyPort,
} from '@switchboard/core'

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
