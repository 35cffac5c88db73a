import { setImmediate } from 'node:timers/promises'
import { contractRoutes, tooMany, type Shelf } from './contract-api.ts'
import type { ContractRow, ContractRows } from './contract-rows.ts'
import { contractWebhooks, type ContractWebhooks } from './contract-webhooks.ts'
import type { Delivered } from './deliver.ts'
import { faultsOf } from './faults.ts'
import { randomOf, seedOf, type Random } from './random.ts'
import { serve, type SimulatorRoute } from './server.ts'
import type { Running, SimulatorSettings } from './simulator.ts'

/** What every running vendor with Hub Source Contract v1 can be made to do. */
export interface RunningContract extends Running {
  /** The row becomes a tombstone, and `…deleted` is sent. @throws RangeError when there is no such row */
  remove(id: string): unknown
  /** The API garbles this row from now on. */
  spoil(id: string): void
  /** The API answers 410 to the cursors it gave. */
  expireCursors(): void
  /** Signs with these secrets from now on, all of them: a rotation. */
  signWith(secrets: readonly string[]): void
  /** Sends any webhook, signed. */
  send(type: string, data: object): Promise<Delivered>
  /** Whether webhooks are still sent: a 410 of the hub ends them. */
  isSubscribed(): boolean
  /** Sends webhooks again. */
  subscribe(): void
  /**
   * Makes so many seeded changes, each at a row of its own: half of them new rows, most others changed, some deleted. Webhooks go out
   * forty at a time. @returns the rows' ids, when the last webhook was answered or given up
   */
  many(count: number): Promise<string[]>
}

/** A row after a change, and its webhook on the way. */
export interface ContractChange<Row> {
  row: Row
  delivered: Promise<Delivered>
}

/** The part of a simulated vendor that the contract settles; what its rows are about comes from the vendor. */
export interface ContractVendor<Row extends ContractRow> extends Omit<ContractWebhooks, 'close'> {
  faults: Running['faults']
  /** The vendor's clock, which can be wrong. */
  now(): Date
  /** Every row it has, tombstones too. */
  rows(): Row[]
  /** @throws RangeError when there is no such row */
  known(id: string): Row
  /** Keeps a row as it is from now on, and tells of it: `created`, `updated`, `cancelled`. */
  keep(what: string, row: Row): ContractChange<Row>
  remove(id: string): ContractChange<Row>
  spoil(id: string): void
  expireCursors(): void
  many(count: number, make: Making<Row>): Promise<string[]>
  serve(control: readonly SimulatorRoute[]): Promise<Pick<Running, 'url' | 'close'>>
}

/** How one of many changes is made. */
export interface Making<Row> {
  create(random: Random): ContractChange<Row>
  change(row: Row, random: Random): ContractChange<Row>
}

/** A vendor with these rows; it answers once it is served. */
export function contractVendor<Row extends ContractRow>(
  settings: SimulatorSettings,
  kind: ContractRows<Row>,
): ContractVendor<Row> {
  const faults = faultsOf(settings.seed, settings.faults)
  const now = (): Date => new Date(settings.now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0))
  const rows = new Map(kind.rows.map(row => [row.id, row]))
  const spoiled = new Set<string>()
  const wire = (row: Row): object => ({ ...kind.wire(row), ...(spoiled.has(row.id) ? kind.garbled : {}) })
  const shelf: Shelf<Row> = { collection: kind.collection, rows, wire, generation: 1, token: kind.token, now }
  const { close, ...webhooks } = contractWebhooks({ ...settings, now }, faults, kind.webhookSecrets)
  const keep = (what: string, row: Row): ContractChange<Row> => {
    rows.set(row.id, row)
    return { row, delivered: webhooks.send(`${kind.noun}.${what}`, kind.wire(row)) }
  }
  const known = (id: string): Row => {
    const row = rows.get(id)
    if (!row) throw new RangeError(`there is no ${kind.noun} ${id}`)
    return row
  }
  const remove = (id: string): ContractChange<Row> => {
    const [row, at] = [known(id), now()]
    return keep('deleted', { ...row, version: row.version + 1, updatedAt: at, deletedAt: at })
  }
  return {
    ...{ ...webhooks, faults, now, known, keep, remove },
    rows: () => [...rows.values()],
    spoil: id => void spoiled.add(id),
    expireCursors: () => void (shelf.generation += 1),
    many: (count, make) =>
      many({ ...make, rows, remove, random: randomOf(seedOf(settings.seed, `${rows.size}`)) }, count),
    async serve(control) {
      const routes = [...contractRoutes(shelf, () => faults.strikes('tokenExpired')), ...control, again(webhooks)]
      const server = await serve({ routes, faults, tooMany, port: settings.port })
      return { url: server.url, close: async () => void (await Promise.all([close(), server.close()])) }
    },
  }
}

/** `POST /simulator/subscription` makes the vendor send webhooks again. */
function again({ subscribe, isSubscribed }: Pick<ContractWebhooks, 'subscribe' | 'isSubscribed'>): SimulatorRoute {
  return {
    method: 'POST',
    path: '/simulator/subscription',
    handle() {
      subscribe()
      return { body: { isSubscribed: isSubscribed() } }
    },
  }
}

/** Webhooks on their way at once. */
const lanes = 40

async function many<Row extends ContractRow>(
  from: Making<Row> & { rows: ReadonlyMap<string, Row>; random: Random; remove(id: string): ContractChange<Row> },
  count: number,
): Promise<string[]> {
  const { rows, random, remove } = from
  const alive = random.shuffle([...rows.values()].filter(({ deletedAt }) => deletedAt === null))
  const ids: string[] = []
  const next = (): ContractChange<Row> => {
    const way = random.next()
    const old = way < 0.5 ? undefined : alive.pop()
    if (!old) return from.create(random)
    return way < 0.9 ? from.change(rows.get(old.id) ?? old, random) : remove(old.id)
  }
  const lane = async (): Promise<void> => {
    while (ids.length < count) {
      const { row, delivered } = next()
      ids.push(row.id)
      await delivered
      await setImmediate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane))
  return ids
}
