import { after, messageOf, type Hub, type Role, type StaffId, type Tx } from '@switchboard/core'
import { repeat, type Chore } from './chore.ts'
import * as store from './presence-store.ts'
import { lockCount, lockCounts } from './store.ts'
import { together } from './together.ts'
import { keepUntold, type Untold } from './untold.ts'

/** Keeps the roster right about who is connected: over all hubs, through lost sockets and crashed hubs. */
export interface Attendance {
  /** Counts connections, in the transaction that admits them and has locked their people's counts. @returns how many each person has now */
  arrive(tx: Tx, those: readonly Arriving[]): Promise<ReadonlyMap<StaffId, number>>
  /** The transaction that was to admit a connection failed. */
  forget(connectionId: string): void
  /** Stops counting a connection: at once when the client said goodbye, else after the grace time. */
  leave(staffId: StaffId, connectionId: string, isFarewell: boolean): Promise<void>
  start(): Promise<void>
  /** Leaves what is still connected to the grace time: the clients come back to another hub, or to this one restarted. */
  stop(): Promise<void>
}

/** A connection that is let in, and whose it is. */
export interface Arriving {
  id: string
  staffId: StaffId
  role: Role
}

/** What attendance is kept with. */
export interface AttendanceSettings {
  hub: Hub
  /** This run of the hub. */
  hubId: string
  /** How long a person still counts as connected after a socket was lost or a hub died. */
  graceMs: number
  /** As `graceMs`, for somebody in a call. */
  callGraceMs: number
}

/** What is known of this hub's own connections. */
interface Book extends AttendanceSettings {
  readonly here: Map<string, store.Presence>
  /** Whose connections the roster is still to be told of. */
  readonly untold: Untold
  /** Lost sockets, noted together when many are lost at once. */
  lose(lost: { staffId: StaffId; id: string }): Promise<void>
  /** Something could not be written down. */
  isUnsure: boolean
}

/** Makes the keeper of attendance; it begins at `start`. */
export function keepAttendance(settings: AttendanceSettings): Attendance {
  const book: Book = {
    ...settings,
    here: new Map(),
    isUnsure: false,
    untold: keepUntold(settings.hub, staffIds => recountSurely(book, staffIds)),
    lose: together({ atMost: 500, width: 1 }, lost => lose(book, lost)),
  }
  const { hub, hubId, graceMs, here } = book
  let chore: Chore | null = null
  return {
    arrive: (tx, those) => arrive(book, tx, those),
    forget: connectionId => void here.delete(connectionId),
    leave: async (staffId, connectionId, isFarewell) => {
      here.delete(connectionId)
      const noted = isFarewell ? farewell(book, staffId, connectionId) : book.lose({ staffId, id: connectionId })
      await noted.catch(unsure(book, staffId))
    },
    start: async () => {
      await beat(book)
      chore = repeat('attendance', Math.min(Math.max(graceMs / 3, 100), 5_000), () => beat(book), hub.log)
    },
    stop: async () => {
      await chore?.stop()
      await book.untold.stop()
      await hub.store.read(async tx => store.loseOthers(tx, hubId, [], await graceOf(book, tx)))
    },
  }
}

/** Says that this hub lives, and stops counting whoever is gone for too long, of this hub or of one that died. */
async function beat(book: Book): Promise<void> {
  const { hub, hubId, graceMs, here } = book
  const wasAlive = await hub.store.read(tx => store.beatHub(tx, hubId, hub.now(), after(hub.now(), graceMs)))
  if ((!wasAlive && here.size > 0) || book.isUnsure) await putRight(book)
  await hub.store.read(async tx => {
    if (await store.hasDead(tx, hub.now())) await store.loseOfDead(tx, hub.now(), await graceOf(book, tx))
  })
  await recountSurely(book, await hub.store.read(tx => store.absent(tx, hub.now())))
  await hub.store.read(tx => store.pruneHubs(tx, hub.now()))
}

/** Writes down anew which connections there are, after the database was away or others took this hub for dead. */
async function putRight(book: Book): Promise<void> {
  const { hub, hubId, here } = book
  const all = [...here.values()]
  book.isUnsure = true
  await hub.store.transact(async tx => {
    await store.loseOthers(tx, hubId, [...here.keys()], await graceOf(book, tx))
    await store.arrive(tx, hubId, all)
  })
  // Who left meanwhile may have been written down as here.
  book.isUnsure = all.some(({ id }) => !here.has(id))
  await recountSurely(book, [...new Set(all.map(({ staffId }) => staffId))])
}

/** Tells the roster how many connections these people have; of those who are gone from it, nobody. */
async function recount({ hub }: Book, staffIds: readonly StaffId[]): Promise<void> {
  const roster = hub.port('roster')
  await hub.store.transact(async tx => {
    const [, people, clients] = await Promise.all([
      lockCounts(tx, staffIds),
      roster.findAll(
        tx,
        staffIds.map(id => ({ id })),
      ),
      store.recount(tx, staffIds, hub.now()),
    ])
    // The roster locks each: always in the same order.
    const known = people.map(({ id }) => id).toSorted()
    await Promise.all(known.map(id => roster.presence(tx, id, { clients: clients.get(id) ?? 0 })))
  })
}

/** Of no more people is the roster told in one transaction, which locks them all. */
const toldTogether = 64

/** As `recount`; what is wrong with one is not to keep the others from being told of, and is put right later. */
async function recountSurely(book: Book, staffIds: readonly StaffId[]): Promise<void> {
  for (let from = 0; from < staffIds.length; from += toldTogether) {
    const some = staffIds.slice(from, from + toldTogether)
    await recount(book, some).catch(async () => {
      for (const staffId of some) await recount(book, [staffId]).catch(unsure(book, staffId))
    })
  }
}

function farewell({ hub }: Book, staffId: StaffId, connectionId: string): Promise<void> {
  return hub.store.transact(async tx => {
    const [, , clients] = await Promise.all([
      lockCount(tx, staffId),
      store.depart(tx, connectionId),
      store.recount(tx, [staffId], hub.now()),
    ])
    await hub.port('roster').presence(tx, staffId, { clients: clients.get(staffId) ?? 0 })
  })
}

/** Who is in a call keeps it: they count as there for longer. */
async function lose(book: Book, lost: readonly { staffId: StaffId; id: string }[]): Promise<readonly void[]> {
  const { hub, graceMs, callGraceMs } = book
  const [first] = lost
  await hub.store.read(async tx => {
    const people = await hub.port('roster').onDuty(tx, lost.length === 1 ? first?.staffId : undefined)
    const inCall = new Set(people.flatMap(({ id, callId }) => (callId === null ? [] : [id])))
    const goneAt = after(hub.now(), graceMs)
    const inCallGoneAt = after(hub.now(), Math.max(graceMs, callGraceMs))
    await store.lose(
      tx,
      lost.map(({ id, staffId }) => ({ id, goneAt: inCall.has(staffId) ? inCallGoneAt : goneAt })),
    )
  })
  return lost.map(() => undefined)
}

function unsure(book: Book, staffId: StaffId): (error: unknown) => void {
  return error => {
    book.isUnsure = true
    book.hub.log.warn({ staffId, error: messageOf(error) }, 'who is connected could not be noted yet')
  }
}

/** The roster hears of one person's arrival at once; of those who come together after the commit, for it locks each of them. */
async function arrive(book: Book, tx: Tx, those: readonly Arriving[]): Promise<ReadonlyMap<StaffId, number>> {
  const { hub, hubId, here, untold } = book
  const now = hub.now()
  const arriving = those.map(({ id, staffId, role }) => ({ id, staffId, role, openedAt: now }))
  // Before the commit: were it noted after, putting things right in between would take the connections for lost.
  for (const one of arriving) here.set(one.id, one)
  const clients = await store.arriveNew(tx, hubId, { here: arriving, now })
  const [only] = clients
  if (only && clients.size === 1) await hub.port('roster').presence(tx, only[0], { clients: only[1] })
  else tx.afterCommit(() => untold.add(clients.keys()))
  return clients
}

async function graceOf({ hub, graceMs, callGraceMs }: Book, tx: Tx): Promise<store.Grace> {
  const everybody = await hub.port('roster').onDuty(tx)
  return {
    goneAt: after(hub.now(), graceMs),
    inCallGoneAt: after(hub.now(), Math.max(graceMs, callGraceMs)),
    inCall: everybody.flatMap(({ id, callId }) => (callId === null ? [] : [id])),
  }
}
