import type { WorldBooking } from './bookings.ts'
import { delivererOf, type Delivered, type Delivery } from './deliver.ts'
import type { Faults } from './faults.ts'
import type { SimulatorSettings } from './simulator.ts'

/** Where one kind of event is posted to. */
export interface Subscription {
  event: string
  url: string
}

/** What a callback says happened. */
export type Happening = 'create' | 'change' | 'cancel' | 'notify'

/** The callbacks of the simulated vendor: nobody signs them, and nobody sends them again. */
export interface Callbacks {
  send(what: string, booking: Pick<WorldBooking, 'id' | 'hash'>): Promise<Delivered>
  /** What a stranger sends: to the right address with another company's name, or with ours to an address he guessed. */
  forge(kind: 'company' | 'path', bookingId: string): Promise<Delivered>
  close(): Promise<void>
}

const events: { readonly [what: string]: string } = {
  create: 'new_booking',
  change: 'change_booking',
  cancel: 'cancel_booking',
}

/** How long the vendor waits for an answer is not known. */
const timeoutMs = 10_000
const stranger = 'somebody-else'

/** Callbacks to whatever address is subscribed. A reminder goes to all of them. */
export function callbacksOf(
  settings: Pick<SimulatorSettings, 'publicUrl' | 'adapter' | 'log'> & { company: string },
  faults: Faults,
  subscriptions: readonly Subscription[],
): Callbacks {
  const { publicUrl, adapter, company, log } = settings
  const deliverer = delivererOf(faults, log)
  const deliver = (url: string, body: object): Promise<Delivered> =>
    deliverer.send({
      ...{ url, timeoutMs, retryDelaysMs: [], attempt: () => posted(body) },
      intruder: kind => (kind === 'forged' ? posted({ ...body, company: stranger }) : null),
    })
  return {
    async send(what, { id, hash }) {
      const body = { booking_id: id, booking_hash: hash, company, notification_type: what }
      const to = subscriptions.filter(({ event }) => event === (events[what] ?? event)).map(({ url }) => url)
      const sent = await Promise.all([...new Set(to)].map(url => deliver(url, body)))
      return sent.at(-1) ?? { attempts: 0, status: null }
    },
    forge(kind, bookingId) {
      const [known] = subscriptions
      const url = kind === 'path' ? `${publicUrl}/webhooks/${adapter}/callback-guessed` : (known?.url ?? publicUrl)
      const who = kind === 'path' ? company : stranger
      return deliver(url, { booking_id: bookingId, company: who, notification_type: 'change' })
    },
    close: deliverer.close,
  }
}

function posted(body: object): ReturnType<Delivery['attempt']> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
