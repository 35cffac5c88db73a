import { setImmediate } from 'node:timers/promises'
import { bookingsOf, clientOf, keysOf, slotFrom, visitOf, wallTime, type WorldBooking } from './bookings.ts'
import type { Delivered } from './deliver.ts'
import { faultsOf } from './faults.ts'
import { randomOf, seedOf, type Random } from './random.ts'
import { jsonOf, serve, type SimulatorRoute } from './server.ts'
import { apiRoutes, type Company } from './simplybookme-api.ts'
import { callbacksOf, type Happening, type Subscription } from './simplybookme-callbacks.ts'
import { tokensOf } from './simplybookme-tokens.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'

const timeZone = 'Australia/Sydney'
const credentials = { company: 'lumenandlace', userLogin: 'hub', userPassword: 'simulated password' }
const callbackSecret = 'simulated_callback_secret'

/** A SimplyBook.me company: REST v2 and JSON-RPC, tokens of an hour, local times, pages that shift, and unsigned callbacks. */
export const simplybookmeSimulator: Simulator<RunningSimplybookme> = {
  name: 'simplybookme',
  // Politeness is for the vendor: its stand-in takes more than two requests a second.
  options: { ...credentials, callbackSecret, timeZone, perSecond: 200 },
  start: startCompany,
}

/** A simulated company that runs. */
export interface RunningSimplybookme extends Running {
  /** Every booking it has now. */
  bookings(): WorldBooking[]
  /** Somebody books; by default the demo caller, next week. The callback is on its way when this returns. */
  book(wish?: BookingWish): BookingChange
  /** Something about a booking changes. @throws RangeError when there is no such booking */
  change(id: string, wish: BookingWish): BookingChange
  /** The booking is called off, and stays. @throws RangeError when there is no such booking */
  cancel(id: string): BookingChange
  /** The booking vanishes, and nobody is told. @throws RangeError when there is no such booking */
  remove(id: string): BookingChange
  /** The APIs garble this booking from now on. */
  spoil(id: string): void
  /** Tokens given so far are no longer taken; with `all`, refresh tokens neither. */
  expireTokens(all?: boolean): void
  /** How long tokens live that are given from now on. */
  tokensLiveFor(ms: number): void
  /** How many tokens were given. */
  tokensGranted(): number
  /** The user's password is another from now on; tokens stay good. */
  changePassword(password: string): void
  /** Before each page but the first of the next list, this happens. Null: nothing any more. */
  betweenPages(what: ((page: number) => void) | null): void
  /** Sends any callback about a booking. */
  send(what: string, id: string): Promise<Delivered>
  /** What a stranger sends: with another company's name, or to an address he guessed. */
  forge(kind: 'company' | 'path', id: string): Promise<Delivered>
  /** Forgets where callbacks go to; and from then on REST takes new addresses, or refuses them, or knows no webhooks at all. */
  unsubscribe(webhooks?: Company['webhooks']): void
  /** Whom it calls back, by kind of event. */
  subscriptions(): readonly Subscription[]
  /**
   * Makes so many seeded changes, each at a booking of its own: half of them new, most others changed, some called off or gone. Callbacks
   * go out forty at a time. @returns the bookings' ids, when the last callback was answered or given up
   */
  many(count: number): Promise<string[]>
}

/** What a booking is to be like; everything is optional. */
export interface BookingWish {
  /** The whole name: there is one field. */
  name?: string
  email?: string
  phone?: string
  service?: string
  /** With a zone; or without, as the clock on the company's wall shows it, also one that it never shows. */
  startsAt?: string
  status?: WorldBooking['status']
  comment?: string
}

/** A booking after a change, and its callback on the way. */
export interface BookingChange {
  booking: WorldBooking
  delivered: Promise<Delivered>
}

type Run = Omit<RunningSimplybookme, 'url' | 'options' | 'close'>

async function startCompany(settings: SimulatorSettings): Promise<RunningSimplybookme> {
  const { publicUrl, adapter, world, seed } = settings
  const faults = faultsOf(seed, settings.faults)
  const bookings = new Map(bookingsOf(world).bookings.map(booking => [booking.id, booking]))
  let rounds = 0
  // An id is never given twice, also when its booking is gone.
  let lastId = Math.max(...[...bookings.keys()].map(Number))
  const spoiled = new Set<string>()
  const address = `${publicUrl}/webhooks/${adapter}/callback-${callbackSecret}`
  const subscriptions = ['new_booking', 'change_booking', 'cancel_booking'].map(event => ({ event, url: address }))
  const callbacks = callbacksOf({ ...settings, company: credentials.company }, faults, subscriptions)
  const tokens = tokensOf(seed, settings.now)
  const company: Company = {
    ...{ ...credentials, bookings, spoiled, subscriptions, tokens, faults, webhooks: 'served' },
    wallNow: () => wallTime(settings.now(), timeZone),
    now: () => new Date(settings.now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0)),
    shift: () => shift(),
    beforePage: page => between?.(page),
  }
  let between: ((page: number) => void) | null = null
  const keep = (what: Happening, booking: WorldBooking): BookingChange => {
    bookings.set(booking.id, booking)
    return { booking, delivered: callbacks.send(what, booking) }
  }
  const run: Run = {
    faults,
    bookings: () => [...bookings.values()],
    book: wish => keep('create', newBooking(settings, String(++lastId), wish)),
    change: (id, wish) => keep(wish.status === 'canceled' ? 'cancel' : 'change', changed(known(bookings, id), wish)),
    cancel: id => keep('cancel', { ...known(bookings, id), status: 'canceled' }),
    remove(id) {
      const booking = known(bookings, id)
      bookings.delete(id)
      return { booking, delivered: Promise.resolve({ attempts: 0, status: null }) }
    },
    spoil: id => void spoiled.add(id),
    expireTokens: tokens.expire,
    tokensLiveFor: tokens.liveFor,
    tokensGranted: tokens.granted,
    changePassword: password => void (company.userPassword = password),
    betweenPages: what => void (between = what),
    send: (what, id) => callbacks.send(what, known(bookings, id)),
    forge: callbacks.forge,
    unsubscribe(webhooks = 'served') {
      subscriptions.length = 0
      company.webhooks = webhooks
    },
    subscriptions: () => [...subscriptions],
    many: count => many(run, settings, { count, round: ++rounds }),
  }
  const shift = shiftOf(run, company)
  const server = await serve({ routes: [...apiRoutes(company), ...controlRoutes(run)], faults, port: settings.port })
  return {
    ...run,
    url: server.url,
    options: { restUrl: `${server.url}/rest`, rpcUrl: `${server.url}/rpc` },
    close: async () => void (await Promise.all([callbacks.close(), server.close()])),
  }
}

/** A booking is squeezed in just ahead of what is to come, and the next time that one is gone again: all behind it move. */
function shiftOf(run: Run, { wallNow }: Company): () => void {
  let squeezed: string | null = null
  return () => {
    const isThere = run.bookings().some(({ id }) => id === squeezed)
    if (squeezed !== null && isThere) run.remove(squeezed)
    squeezed = isThere ? null : run.book({ startsAt: wallNow() }).booking.id
  }
}

/** `POST /simulator/bookings` books; with an `id` it changes that one, and with `deleted` too it removes it. */
function controlRoutes(run: Run): SimulatorRoute[] {
  return [
    {
      method: 'POST',
      path: '/simulator/bookings',
      async handle(request) {
        const { id, deleted, ...wish } = (jsonOf(request) ?? {}) as BookingWish & { id?: string; deleted?: boolean }
        const { booking, delivered } =
          id === undefined ? run.book(wish) : deleted ? run.remove(id) : run.change(id, wish)
        return { body: { id: booking.id, start: booking.start, delivered: await delivered } }
      },
    },
    {
      method: 'POST',
      path: '/simulator/tokens',
      handle(request) {
        const { seconds } = (jsonOf(request) ?? {}) as { seconds?: number }
        if (seconds !== undefined) run.tokensLiveFor(seconds * 1000)
        run.expireTokens()
        return { body: { granted: run.tokensGranted() } }
      },
    },
  ]
}

function known(bookings: ReadonlyMap<string, WorldBooking>, id: string): WorldBooking {
  const booking = bookings.get(id)
  if (!booking) throw new RangeError(`there is no booking ${id}`)
  return booking
}

function changed(booking: WorldBooking, wish: BookingWish): WorldBooking {
  const { name, email, phone, service, startsAt, status, comment } = wish
  const { client } = booking
  return {
    ...booking,
    ...(startsAt === undefined ? {} : slotFrom(startsAt, booking.service.duration, timeZone)),
    status: status ?? booking.status,
    service: { ...booking.service, name: service ?? booking.service.name },
    client: { ...client, name: name ?? client.name, email: email ?? client.email, phone: phone ?? client.phone },
    comment: comment ?? booking.comment,
  }
}

function newBooking({ world, seed, now }: SimulatorSettings, id: string, wish: BookingWish = {}): WorldBooking {
  const { firstName, lastName, email, phone } = world.demoCaller
  const client = { id: 100_000 + Number(id), name: `${firstName} ${lastName}`, email, phone }
  const visit = visitOf(randomOf(seedOf(seed, `booking ${id}`)), { client, now: now(), days: 7 })
  const recorded = wallTime(now(), timeZone)
  return changed({ id, ...keysOf(seed, id), ...visit, status: 'confirmed', recorded }, wish)
}

interface Many {
  count: number
  /** Each is another draw. */
  round: number
}

/** Callbacks on their way at once. */
const lanes = 40

async function many(run: Run, settings: SimulatorSettings, { count, round }: Many): Promise<string[]> {
  const random = randomOf(seedOf(settings.seed, `many ${round}`))
  const old = random.shuffle(run.bookings().map(({ id }) => id))
  const ids: string[] = []
  const next = (): BookingChange => {
    const way = random.next()
    const id = way < 0.5 ? undefined : old.pop()
    if (id === undefined) return run.book(somebody(settings, random))
    if (way < 0.9) return run.change(id, otherwise(settings, random))
    return way < 0.97 ? run.cancel(id) : run.remove(id)
  }
  const lane = async (): Promise<void> => {
    while (ids.length < count) {
      const { booking, delivered } = next()
      ids.push(booking.id)
      await delivered
      await setImmediate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane))
  return ids
}

/** Somebody of the world, as they write themselves. */
function somebody(settings: SimulatorSettings, random: Random): BookingWish {
  const { name, email, phone } = clientOf(random, random.pick(settings.world.people), 0)
  return { name, email: email ?? '', phone: phone ?? '', ...otherwise(settings, random) }
}

/** Another time in the next weeks, and perhaps another state. */
function otherwise({ now }: SimulatorSettings, random: Random): BookingWish {
  const at = new Date(now().getTime() + random.int(1, 50) * 86_400_000)
  const startsAt = `${at.toISOString().slice(0, 10)} ${String(random.int(9, 16)).padStart(2, '0')}:00:00`
  return { startsAt, status: random.pick(['confirmed', 'confirmed', 'pending', 'canceled']) }
}
