import { slotOf, shopPlace } from './appointments.ts'
import { appointmentRow } from './appointjet-rows.ts'
import { listRoutes, type Book } from './appointjet-api.ts'
import { appointmentWebhooks } from './appointjet-webhooks.ts'
import type { Delivered } from './deliver.ts'
import { faultsOf } from './faults.ts'
import { randomOf, seedOf } from './random.ts'
import { jsonOf, serve, type SimulatorRoute } from './server.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'
import type { Attendee, WorldAppointment } from './world.ts'

/** A booking system that speaks Hub Source Contract v1: pages, tombstones, expiring cursors, and signed webhooks. */
export const appointjetSimulator: Simulator<RunningAppointjet> = {
  name: 'appointjet',
  options: { token: 'aj_simulated', webhookSecrets: ['whsec_c2ltdWxhdGVkLWFwcG9pbnRqZXQtc2VjcmV0'] },
  start: startBook,
}

/** A simulated booking system that runs. */
export interface RunningAppointjet extends Running {
  /** Every appointment it has now, the deleted ones too. */
  appointments(): WorldAppointment[]
  /** Somebody books; by default the demo caller, next week. The webhook is on its way when this returns. */
  book(wish?: AppointmentWish): AppointmentChange
  /** Something about an appointment changes. @throws RangeError when there is no such appointment */
  change(id: string, wish: AppointmentWish): AppointmentChange
  /** The appointment becomes a tombstone. @throws RangeError when there is no such appointment */
  remove(id: string): AppointmentChange
  /** The API garbles this appointment from now on. */
  spoil(id: string): void
  /** The API answers 410 to the cursors it gave. */
  expireCursors(): void
  /** Signs with these secrets from now on, all of them: a rotation. */
  signWith(secrets: readonly string[]): void
  /** Sends any webhook, signed. */
  send(type: string, data: object): Promise<Delivered>
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
  const faults = faultsOf(settings.seed, settings.faults)
  const appointments = new Map(settings.world.appointments.map(appointment => [appointment.id, appointment]))
  const spoiled = new Set<string>()
  const now = (): Date => new Date(settings.now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0))
  const book: Book = { appointments, spoiled, generation: 1, token, now }
  const webhooks = appointmentWebhooks({ ...settings, now }, faults, webhookSecrets)
  const keep = (what: string, appointment: WorldAppointment): AppointmentChange => {
    appointments.set(appointment.id, appointment)
    return { appointment, delivered: webhooks.send(`appointment.${what}`, appointmentRow(appointment)) }
  }
  const run: Omit<RunningAppointjet, 'url' | 'options' | 'close'> = {
    faults,
    appointments: () => [...appointments.values()],
    book: wish => keep('created', newAppointment(settings, appointments.size + 1, now(), wish)),
    change: (id, wish) =>
      keep(wish.status === 'cancelled' ? 'cancelled' : 'updated', changed(known(appointments, id), wish, now())),
    remove: id => keep('deleted', { ...changed(known(appointments, id), {}, now()), deletedAt: now() }),
    spoil: id => void spoiled.add(id),
    expireCursors: () => void (book.generation += 1),
    signWith: webhooks.signWith,
    send: webhooks.send,
  }
  const routes = [...listRoutes(book, () => faults.strikes('tokenExpired')), controlRoute(run)]
  const server = await serve({ routes, faults, port: settings.port })
  return {
    ...run,
    url: server.url,
    options: { url: server.url },
    close: async () => void (await Promise.all([webhooks.close(), server.close()])),
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

function known(appointments: ReadonlyMap<string, WorldAppointment>, id: string): WorldAppointment {
  const appointment = appointments.get(id)
  if (!appointment) throw new RangeError(`there is no appointment ${id}`)
  return appointment
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
