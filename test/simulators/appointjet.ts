import { slotOf, shopPlace } from './appointments.ts'
import { appointmentRow } from './appointjet-rows.ts'
import { contractVendor, type ContractChange, type RunningContract } from './contract-vendor.ts'
import type { Delivered } from './deliver.ts'
import { randomOf, seedOf, type Random } from './random.ts'
import { jsonOf, type SimulatorRoute } from './server.ts'
import type { Simulator, SimulatorSettings } from './simulator.ts'
import type { Attendee, WorldAppointment } from './world.ts'
import { written } from './writing.ts'

/** A booking system that speaks Hub Source Contract v1: pages, tombstones, expiring cursors, and signed webhooks. */
export const appointjetSimulator: Simulator<RunningAppointjet> = {
  name: 'appointjet',
  options: { token: 'aj_simulated', webhookSecrets: ['whsec_c2ltdWxhdGVkLWFwcG9pbnRqZXQtc2VjcmV0'] },
  start: startBook,
}

/** A simulated booking system that runs. */
export interface RunningAppointjet extends RunningContract {
  /** Every appointment it has now, the deleted ones too. */
  appointments(): WorldAppointment[]
  /** Somebody books; by default the demo caller, next week. The webhook is on its way when this returns. */
  book(wish?: AppointmentWish): AppointmentChange
  /** Something about an appointment changes. @throws RangeError when there is no such appointment */
  change(id: string, wish: AppointmentWish): AppointmentChange
  /** The appointment becomes a tombstone. @throws RangeError when there is no such appointment */
  remove(id: string): AppointmentChange
}

/** What an appointment is to be like; everything is optional. */
export interface AppointmentWish {
  firstName?: string
  lastName?: string
  email?: string
  phone?: string
  type?: string
  startsAt?: string
  status?: WorldAppointment['status']
  partner?: Attendee | null
}

/** An appointment after a change, and its webhook on the way. */
export interface AppointmentChange {
  appointment: WorldAppointment
  delivered: Promise<Delivered>
}

async function startBook(settings: SimulatorSettings): Promise<RunningAppointjet> {
  const vendor = contractVendor<WorldAppointment>(settings, {
    ...{ collection: 'appointments', noun: 'appointment', token, webhookSecrets },
    ...{ rows: settings.world.appointments, wire: appointmentRow, garbled: { version: 'three', starts_at: null } },
  })
  const keep = (what: string, appointment: WorldAppointment): AppointmentChange => told(vendor.keep(what, appointment))
  const book = (wish: AppointmentWish = {}): AppointmentChange =>
    keep('created', newAppointment(settings, vendor.rows().length + 1, vendor.now(), wish))
  const change = (id: string, wish: AppointmentWish): AppointmentChange =>
    keep(wish.status === 'cancelled' ? 'cancelled' : 'updated', changed(vendor.known(id), wish, vendor.now()))
  const { faults, spoil, expireCursors, signWith, send, isSubscribed, subscribe } = vendor
  const run: Omit<RunningAppointjet, 'url' | 'options' | 'close'> = {
    ...{ faults, spoil, expireCursors, signWith, send, isSubscribed, subscribe, book, change },
    appointments: vendor.rows,
    remove: id => told(vendor.remove(id)),
    many: count =>
      vendor.many(count, {
        create: random => untold(book(somebody(settings, random))),
        change: (row, random) => untold(change(row.id, otherwise(row, random))),
      }),
  }
  const server = await vendor.serve([controlRoute(run)])
  return { ...run, ...server, options: { url: server.url } }
}

function told({ row, delivered }: ContractChange<WorldAppointment>): AppointmentChange {
  return { appointment: row, delivered }
}

function untold({ appointment, delivered }: AppointmentChange): ContractChange<WorldAppointment> {
  return { row: appointment, delivered }
}

/** Somebody of the world, as they write themselves. */
function somebody({ world }: SimulatorSettings, random: Random): AppointmentWish {
  const { firstName, lastName, name, email, phone } = written(random, random.pick(world.people))
  return {
    firstName: firstName ?? name ?? '',
    lastName: lastName ?? '',
    email: email ?? '',
    phone: phone ?? '',
  }
}

/** The visit is moved by some days, and it may be called off, or the partner stays away. */
function otherwise({ startsAt, partner }: WorldAppointment, random: Random): AppointmentWish {
  return {
    startsAt: new Date(startsAt.getTime() + random.int(1, 20) * 86_400_000).toISOString(),
    status: random.pick(['booked', 'confirmed', 'confirmed', 'cancelled']),
    partner: random.chance(0.3) ? null : partner,
  }
}

const token = String(appointjetSimulator.options['token'])
const webhookSecrets = appointjetSimulator.options['webhookSecrets'] as string[]

/** `POST /simulator/appointments` books; with an `id` it changes that one, and with `deleted` too it deletes it. */
function controlRoute(run: Omit<RunningAppointjet, 'url' | 'options' | 'close'>): SimulatorRoute {
  return {
    method: 'POST',
    path: '/simulator/appointments',
    async handle(request) {
      const { id, deleted, ...wish } = (jsonOf(request) ?? {}) as AppointmentWish & { id?: string; deleted?: boolean }
      const { appointment, delivered } =
        id === undefined ? run.book(wish) : deleted ? run.remove(id) : run.change(id, wish)
      return { body: { id: appointment.id, version: appointment.version, delivered: await delivered } }
    },
  }
}

function changed(appointment: WorldAppointment, wish: AppointmentWish, now: Date): WorldAppointment {
  const { firstName, lastName, email, phone, type, startsAt, status, partner } = wish
  const { primary } = appointment
  const movedMs = startsAt === undefined ? 0 : new Date(startsAt).getTime() - appointment.startsAt.getTime()
  return {
    ...appointment,
    version: appointment.version + 1,
    status: status ?? appointment.status,
    type: type ?? appointment.type,
    startsAt: new Date(appointment.startsAt.getTime() + movedMs),
    endsAt: new Date(appointment.endsAt.getTime() + movedMs),
    primary: {
      ...primary,
      firstName: firstName ?? primary.firstName,
      lastName: lastName ?? primary.lastName,
      email: email ?? primary.email,
      phone: phone ?? primary.phone,
    },
    partner: partner === undefined ? appointment.partner : partner,
    updatedAt: now,
  }
}

function newAppointment(
  { world, seed }: SimulatorSettings,
  number: number,
  now: Date,
  wish: AppointmentWish = {},
): WorldAppointment {
  const { firstName, lastName, email, phone } = world.demoCaller
  const appointment: WorldAppointment = {
    id: `apt_${String(number).padStart(6, '0')}`,
    version: 0,
    status: 'booked',
    ...slotOf(randomOf(seedOf(seed, `appointment ${number}`)), now, 7),
    ...shopPlace,
    staff: { id: 'stf_1', name: 'Alex' },
    primary: { id: null, firstName, lastName, name: null, email, phone },
    partner: null,
    notes: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  }
  return changed(appointment, wish, now)
}
