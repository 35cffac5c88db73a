import { after, messageOf, type Hub, type StaffId, type Tx } from '@switchboard/core'
import { repeat, type Chore } from './chore.ts'
import * as store from './store.ts'

/** Keeps the roster right about who is connected: over all hubs, through lost sockets and crashed hubs. */
export interface Attendance {
  /** Counts a connection, in the transaction that admits it and has locked the person's count. */
  arrive(tx: Tx, staffId: StaffId, connectionId: string): Promise<void>
  /** The transaction that was to admit a connection failed. */
  forget(connectionId: string): void
  /** Stops counting a connection: at once when the client said goodbye, else after the grace time. */
  leave(staffId: StaffId, connectionId: string, isFarewell: boolean): Promise<void>
  start(): Promise<void>
  /** Leaves what is still connected to the grace time: the clients come back to another hub, or to this one restarted. */
  stop(): Promise<void>
}

/** What attendance is kept with. */
export interface AttendanceSettings {
  hub: Hub
  /** This run of the hub. */
  hubId: string
  /** How long a person still counts as connected after a socket was lost or a hub died. */
  graceMs: number
}

/** What is known of this hub's own connections. */
interface Book extends AttendanceSettings {
  readonly here: Map<string, store.Presence>
  /** Something could not be written down. */
  isUnsure: boolean
}

/** Makes the keeper of attendance; it begins at `start`. */
export function keepAttendance(settings: AttendanceSettings): Attendance {
  const book: Book = { ...settings, here: new Map(), isUnsure: false }
  const { hub, hubId, graceMs, here } = book
  let chore: Chore | null = null
  return {
    arrive: async (tx, staffId, connectionId) => {
      const one = { id: connectionId, staffId, openedAt: hub.now() }
      // Before the commit: were it noted after, putting things right in between would take the connection for lost.
      here.set(connectionId, one)
      await store.arrive(tx, hubId, [one])
      await tell(book, tx, staffId)
    },
    forget: connectionId => void here.delete(connectionId),
    leave: async (staffId, connectionId, isFarewell) => {
      here.delete(connectionId)
      const noted = isFarewell ? farewell(book, staffId, connectionId) : lose(book, connectionId)
      await noted.catch((error: unknown) => {
        book.isUnsure = true
        hub.log.warn({ staffId, error: messageOf(error) }, 'end of a connection could not be noted yet')
      })
    },
    start: async () => {
      await beat(book)
      chore = repeat('attendance', Math.min(Math.max(graceMs / 3, 100), 5_000), () => beat(book), hub.log)
    },
    stop: async () => {
      await chore?.stop()
      await hub.store.read(tx => store.loseOthers(tx, hubId, [], graceEnd(book)))
    },
  }
}

/** Says that this hub lives, and stops counting whoever is gone for too long, of this hub or of one that died. */
async function beat(book: Book): Promise<void> {
  const { hub, hubId, here } = book
  const wasAlive = await hub.store.read(tx => store.beatHub(tx, hubId, hub.now(), graceEnd(book)))
  if ((!wasAlive && here.size > 0) || book.isUnsure) await putRight(book)
  for (const staffId of await hub.store.read(tx => store.absent(tx, hub.now()))) await recount(book, staffId)
  await hub.store.read(tx => store.pruneHubs(tx, hub.now()))
}

/** Writes down anew which connections there are, after the database was away or others took this hub for dead. */
async function putRight(book: Book): Promise<void> {
  const { hub, hubId, here } = book
  const all = [...here.values()]
  book.isUnsure = true
  await hub.store.transact(async tx => {
    await store.loseOthers(tx, hubId, [...here.keys()], graceEnd(book))
    await store.arrive(tx, hubId, all)
  })
  for (const staffId of new Set(all.map(one => one.staffId))) await recount(book, staffId)
  // Who left meanwhile may have been written down as here.
  book.isUnsure = all.some(({ id }) => !here.has(id))
}

/** Tells the roster how many connections a person has; nobody when the person is gone from it. */
function recount(book: Book, staffId: StaffId): Promise<void> {
  const { hub } = book
  return hub.store.transact(async tx => {
    await store.lockCount(tx, staffId)
    if (await hub.port('roster').find(tx, { id: staffId })) await tell(book, tx, staffId)
    else await store.recount(tx, staffId, hub.now())
  })
}

/** As `recount`, where the person is known and their count is locked. */
async function tell({ hub }: Book, tx: Tx, staffId: StaffId): Promise<void> {
  const clients = await store.recount(tx, staffId, hub.now())
  await hub.port('roster').presence(tx, staffId, { clients })
}

function farewell(book: Book, staffId: StaffId, connectionId: string): Promise<void> {
  return book.hub.store.transact(async tx => {
    await store.lockCount(tx, staffId)
    await store.depart(tx, connectionId)
    await tell(book, tx, staffId)
  })
}

function lose(book: Book, connectionId: string): Promise<void> {
  return book.hub.store.read(tx => store.lose(tx, connectionId, graceEnd(book)))
}

function graceEnd({ hub, graceMs }: Book): Date {
  return after(hub.now(), graceMs)
}
