import { isDeepStrictEqual } from 'node:util'
import {
  definePlugin,
  laterStatus,
  messageOf,
  VendorError,
  z,
  type MessageEvent,
  type MessageStatus,
  type MessagingPort,
  type Record,
} from '@switchboard/core'
import type { FaultSettings } from '@switchboard/test-simulators/faults'
import { faultNames } from '@switchboard/test-simulators/faults'
import {
  rowsAtVendor,
  rowsKept,
  settled,
  stand,
  type Busy,
  type Stand,
  type Stored,
  type VendorName,
} from './vendor-stand.ts'

/** What came of many changes at a vendor whose every answer and webhook may fail. */
export interface VendorReport {
  vendor: VendorName
  changes: number
  /** Rows the vendor has at the end. */
  rows: number
  /** Of them, those that we have exactly as the vendor has them. */
  right: number
  lost: number
  /** Rows that the vendor has in a newer version. */
  stale: number
  /** Rows twice, and rows the vendor does not have. */
  extra: number
  /** Reads begun while everything failed now and then, and how many of them came to their end. */
  reads: string
}

/** How a drill is run. */
export interface DrillSettings {
  databaseUrl: string
  dataDir: string
  seed: number
  changes: number
  /** How likely each fault is, 0 to 1. */
  rate: number
}

/** Sources, and vendors of messages. */
export const sourceNames: readonly VendorName[] = ['shopify', 'simplybookme', 'salestools', 'appointjet', 'front']
export const messengerNames: readonly VendorName[] = ['twilio', 'front']

/** How many changes between one read and the next. */
const step = 100

/** Every fault at one rate; small ones, so that a drill takes seconds. */
function faultsAt(rate: number): Partial<FaultSettings> {
  const rates = Object.fromEntries(faultNames.map(name => [name, rate]))
  return { ...rates, delayMs: 50, slowMs: 30, retryAfterSeconds: 0.05, skewMs: 600_000 }
}

/** Changes rows at a vendor, with every fault switched on, while the hub hears of them and reads; then lets it catch up and compares. */
export async function sourceDrill(vendor: VendorName, settings: DrillSettings): Promise<VendorReport> {
  const scene = await stand([vendor], settings)
  try {
    const simulator = scene.simulators.get(vendor)
    if (!simulator) throw new Error(`there is no ${vendor}`)
    await insist(scene, () => scene.hub.pull(vendor))
    simulator.faults.set(faultsAt(settings.rate))
    const reads = await changing(scene, simulator, {
      ...settings,
      read: () => scene.hub.pull(vendor),
      what: 'contacts',
    })
    simulator.faults.clear()
    await settled(scene)
    // Three nights: a row that the vendor no longer lists counts as gone when it was missing twice.
    for (let night = 0; night < 3; night++) {
      scene.wait(25 * 3_600_000)
      await insist(scene, () => scene.hub.pull(vendor))
    }
    const report = compare(await rowsAtVendor(scene, vendor), await rowsKept(scene, vendor))
    return { vendor, changes: settings.changes, ...report, reads }
  } finally {
    await scene.close()
  }
}

async function changing(
  scene: Stand,
  simulator: Busy,
  { changes, read, what }: { changes: number; read(): Promise<unknown>; what: 'contacts' | 'messages' },
): Promise<string> {
  let [begun, ended] = [0, 0]
  for (let done = 0; done < changes; done += step) {
    await simulator.many(Math.min(step, changes - done), what)
    begun += 1
    await read().then(
      () => (ended += 1),
      (error: unknown) => {
        if (!(error instanceof VendorError)) throw error
      },
    )
    scene.wait(5_000)
  }
  return `${ended} of ${begun}`
}

/** Tries again, as the next scheduled read would, until the vendor is read to the end. */
async function insist(scene: Stand, work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await work())
    } catch (error) {
      if (attempt === 20)
        throw new Error(`could not be read after ${attempt} tries: ${messageOf(error)}`, { cause: error })
      scene.wait(60_000)
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
}

type Comparison = Pick<VendorReport, 'rows' | 'right' | 'lost' | 'stale' | 'extra'>

function compare(theirs: ReadonlyMap<string, Record>, ours: readonly Stored[]): Comparison {
  const living = [...theirs.values()].filter(({ deletedAt }) => deletedAt === null)
  const known = new Map(ours.map(row => [row.externalId, row]))
  const stateOf = (record: Record): 'right' | 'lost' | 'stale' => {
    const row = known.get(record.externalId)
    if (!row || row.isDeleted) return 'lost'
    return isDeepStrictEqual(plain([record.kind, record.people, record.facts]), [row.kind, row.people, row.facts])
      ? 'right'
      : 'stale'
  }
  const states = living.map(stateOf)
  const count = (state: string): number => states.filter(one => one === state).length
  const ids = new Set(living.map(({ externalId }) => externalId))
  const extra = ours.filter(row => !row.isDeleted && !ids.has(row.externalId)).length + (ours.length - known.size)
  return { rows: living.length, right: count('right'), lost: count('lost'), stale: count('stale'), extra }
}

/** As JSON keeps it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

/** What is known of a message: its text, and how far it has come. */
interface Known {
  text: string | null
  status: MessageStatus
}

/** The same for a vendor of messages: texts in and out, heard by webhook and read by cursor, kept by their ids. */
export async function messageDrill(vendor: VendorName, settings: DrillSettings): Promise<VendorReport> {
  const messages = new Map<string, Known>()
  const reader = definePlugin({
    name: 'reader',
    options: z.object({}),
    setup: hub => ({
      deliveries: {
        messaging: async request => {
          const events = hub.messengers.get(request.adapter)?.receive(request) ?? []
          return async () => events.forEach(event => note(messages, event))
        },
      },
    }),
  })
  const scene = await stand([vendor], { ...settings, plugins: { reader: { use: reader } } })
  try {
    const simulator = scene.simulators.get(vendor)
    const messenger = scene.adapter(vendor).messaging
    if (!simulator || !messenger) throw new Error(`there is no ${vendor}`)
    const cursor: { at: string | null } = { at: null }
    const read = (): Promise<void> => readOn(messenger, cursor, messages)
    simulator.faults.set(faultsAt(settings.rate))
    const reads = await changing(scene, simulator, { ...settings, read, what: 'messages' })
    simulator.faults.clear()
    await settled(scene)
    await insist(scene, read)
    const theirs = new Map<string, Known>()
    const fresh = scene.adapter(vendor).messaging
    if (fresh) await readOn(fresh, { at: null }, theirs)
    return { vendor, changes: settings.changes, ...compareMessages(theirs, messages), reads }
  } finally {
    await scene.close()
  }
}

async function readOn(
  messenger: MessagingPort,
  cursor: { at: string | null },
  into: Map<string, Known>,
): Promise<void> {
  for await (const page of messenger.changes?.(cursor.at) ?? []) {
    page.events.forEach(event => note(into, event))
    cursor.at = page.cursor
  }
}

function note(messages: Map<string, Known>, event: MessageEvent): void {
  if (event.type !== 'message' && event.type !== 'status') return
  const [id, text, status] =
    event.type === 'message'
      ? ([event.message.externalId, event.message.text, event.message.status] as const)
      : ([event.externalId, null, event.status] as const)
  const known = messages.get(id)
  messages.set(id, { text: text ?? known?.text ?? null, status: known ? laterStatus(known.status, status) : status })
}

function compareMessages(theirs: ReadonlyMap<string, Known>, ours: ReadonlyMap<string, Known>): Comparison {
  const states = [...theirs].map(([id, message]) => {
    const known = ours.get(id)
    return !known ? 'lost' : isDeepStrictEqual(known, message) ? 'right' : 'stale'
  })
  const count = (state: string): number => states.filter(one => one === state).length
  const extra = [...ours.keys()].filter(id => !theirs.has(id)).length
  return { rows: theirs.size, right: count('right'), lost: count('lost'), stale: count('stale'), extra }
}
