import { contractVendor, type ContractChange, type RunningContract } from './contract-vendor.ts'
import type { Delivered } from './deliver.ts'
import type { Random } from './random.ts'
import { idOf, salesCustomer, salesOrdersOf, type SalesCustomer, type SalesOrder } from './sales-orders.ts'
import { salesRow } from './salestools-rows.ts'
import { jsonOf, type SimulatorRoute } from './server.ts'
import type { Simulator, SimulatorSettings } from './simulator.ts'

export { salesOrdersOf, type SalesCustomer, type SalesOrder, type SalesTruth } from './sales-orders.ts'

/** The shop's own sales tool, which speaks Hub Source Contract v1: names in one field, several phones, few emails. */
export const salestoolsSimulator: Simulator<RunningSalestools> = {
  name: 'salestools',
  options: { token: 'st_simulated', webhookSecrets: ['whsec_c2ltdWxhdGVkLXNhbGVzdG9vbHMtc2VjcmV0LTE='] },
  start: startTool,
}

/** A simulated sales tool that runs. */
export interface RunningSalestools extends RunningContract {
  /** Every order it has now, the deleted ones too. */
  orders(): SalesOrder[]
  /** Somebody orders; by default the demo caller. The webhook is on its way when this returns. */
  place(wish?: SalesWish): SalesChange
  /** Something about an order changes. @throws RangeError when there is no such order */
  change(id: string, wish: SalesWish): SalesChange
  /** The order becomes a tombstone. @throws RangeError when there is no such order */
  remove(id: string): SalesChange
}

/** What an order is to be like; everything is optional. */
export interface SalesWish {
  /** The whole name as it is typed in; else it is made of the next two. */
  name?: string
  firstName?: string
  lastName?: string
  email?: string | null
  phone?: string
  phones?: string[]
  dollars?: number
  dueDollars?: number
  status?: SalesOrder['status']
  soldBy?: SalesOrder['soldBy']
}

/** An order after a change, and its webhook on the way. */
export interface SalesChange {
  order: SalesOrder
  delivered: Promise<Delivered>
}

const token = String(salestoolsSimulator.options['token'])
const webhookSecrets = salestoolsSimulator.options['webhookSecrets'] as string[]

async function startTool(settings: SimulatorSettings): Promise<RunningSalestools> {
  const vendor = contractVendor<SalesOrder>(settings, {
    ...{ collection: 'orders', noun: 'order', token, webhookSecrets },
    ...{ rows: salesOrdersOf(settings.world).orders, wire: salesRow, garbled: { version: 'three', ordered_at: null } },
  })
  const keep = (what: string, order: SalesOrder): SalesChange => told(vendor.keep(what, order))
  const place = (wish: SalesWish = {}, customer = callerOf(settings)): SalesChange =>
    keep('created', changed(newOrder(vendor.rows().length + 1, vendor.now(), customer), wish, vendor.now()))
  const change = (id: string, wish: SalesWish): SalesChange =>
    keep(wish.status === 'cancelled' ? 'cancelled' : 'updated', changed(vendor.known(id), wish, vendor.now()))
  const { faults, spoil, expireCursors, signWith, send, isSubscribed, subscribe } = vendor
  const run: Omit<RunningSalestools, 'url' | 'options' | 'close'> = {
    ...{ faults, spoil, expireCursors, signWith, send, isSubscribed, subscribe, change },
    orders: vendor.rows,
    place: wish => place(wish),
    remove: id => told(vendor.remove(id)),
    many: count =>
      vendor.many(count, {
        create: random => untold(place({ dollars: random.int(50, 4000) }, somebody(settings, random))),
        change: (row, random) => untold(change(row.id, otherwise(random))),
      }),
  }
  const server = await vendor.serve([controlRoute(run)])
  return { ...run, ...server, options: { url: server.url } }
}

/** `POST /simulator/orders` places an order; with an `id` it changes that one, and with `deleted` too it deletes it. */
function controlRoute(run: Omit<RunningSalestools, 'url' | 'options' | 'close'>): SimulatorRoute {
  return {
    method: 'POST',
    path: '/simulator/orders',
    async handle(request) {
      const { id, deleted, ...wish } = (jsonOf(request) ?? {}) as SalesWish & { id?: string; deleted?: boolean }
      const { order, delivered } = id === undefined ? run.place(wish) : deleted ? run.remove(id) : run.change(id, wish)
      return { body: { id: order.id, number: order.number, version: order.version, delivered: await delivered } }
    },
  }
}

function told({ row, delivered }: ContractChange<SalesOrder>): SalesChange {
  return { order: row, delivered }
}

function untold({ order, delivered }: SalesChange): ContractChange<SalesOrder> {
  return { row: order, delivered }
}

function callerOf({ world: { demoCaller } }: SimulatorSettings): SalesCustomer {
  const { firstName, lastName, email, phone } = demoCaller
  return { id: null, name: `${lastName}, ${firstName}`, email, phones: [phone], address: null }
}

function somebody({ world }: SimulatorSettings, random: Random): SalesCustomer {
  return salesCustomer(random, random.pick(world.people), { seed: world.seed, partner: undefined })
}

/** Paid off, called off, or a step further. */
function otherwise(random: Random): SalesWish {
  const status = random.pick(['confirmed', 'in_alterations', 'ready', 'collected', 'cancelled'] as const)
  return { status, dueDollars: random.chance(0.5) ? 0 : random.int(10, 500) }
}

function newOrder(nth: number, now: Date, customer: SalesCustomer): SalesOrder {
  const price = { amount: '390.00', currency: 'AUD' }
  return {
    ...{ id: idOf(nth), number: `S-${1000 + nth}`, version: 0, status: 'confirmed', way: 'phone', orderedAt: now },
    ...{ total: price, balanceDue: { ...price, amount: '0.00' }, customer },
    lines: [{ title: 'Cathedral veil', quantity: 1, price: price.amount }],
    ...{ soldBy: null, updatedAt: now, deletedAt: null },
  }
}

function changed(order: SalesOrder, wish: SalesWish, now: Date): SalesOrder {
  const { dollars, dueDollars, status = order.status, soldBy = order.soldBy } = wish
  return {
    ...{ ...order, version: order.version + 1, status, soldBy, updatedAt: now },
    total: priced(order.total, dollars),
    balanceDue: priced(order.balanceDue, dueDollars),
    customer: customerAs(order.customer, wish),
  }
}

function priced<Price extends SalesOrder['total']>(price: Price, dollars: number | undefined): Price {
  return dollars === undefined ? price : { ...price, amount: dollars.toFixed(2) }
}

function customerAs(customer: SalesCustomer | null, wish: SalesWish): SalesCustomer | null {
  const { phone, email } = wish
  const typed = [wish.firstName, wish.lastName].filter(Boolean).join(' ')
  const name = wish.name ?? (typed || undefined)
  const phones = wish.phones ?? (phone === undefined ? undefined : [phone])
  const said = Object.entries({ name, email, phones }).filter(([, value]) => value !== undefined)
  if (!customer && said.length === 0) return null
  return {
    ...(customer ?? { id: null, name: '', email: null, phones: [], address: null }),
    ...Object.fromEntries(said),
  }
}
