import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import pg from 'pg'

/** Turns of the event loop without a sign of life after which nobody works any more. */
const quietTurns = 8

interface Work {
  steps: number
  /** Under way. */
  queries: number
  /** Requests that have no connection yet, and since when. */
  asked: Map<object, number>
  /** Where each request is, by the asker's port. */
  trips: Map<number, Trip>
  /** Called when none is left. */
  rested: (() => void) | null
}

/** A request on its way to the server, there, or its answer on its way back. */
interface Trip {
  is: 'going' | 'there' | 'coming'
  since: number
}

/** The time of the machine, whatever clock is put before it. */
const realNow = performance.now.bind(performance)

/** What is on its way for so long, in real milliseconds, was lost with its connection. */
const lostMs = 5_000

/** Sees when this process works. */
export interface Watch {
  /** How many signs of work there were so far. */
  marks(): number
  /** Waits until nobody works. */
  quiet(): Promise<void>
}

/** Watches this process: queries under way, requests and answers on their way, and each step that a request takes. It cannot be undone. */
export function watchWork(): Watch {
  const work: Work = { steps: 0, queries: 0, asked: new Map(), trips: new Map(), rested: null }
  watchRequests(work)
  const prototype = pg.Client.prototype as unknown as Record<'query' | 'connect', (...args: unknown[]) => unknown>
  for (const name of ['query', 'connect'] as const) {
    const act = prototype[name]
    prototype[name] = function (this: unknown, ...args: unknown[]) {
      return counted(work, args, () => act.apply(this, args))
    }
  }
  return {
    marks: () => work.steps,
    // Without promises: each turn of a promise costs as much as all the rest. While the database works, nothing turns.
    quiet: () =>
      new Promise(resolve => {
        let [still, seen] = [0, -1]
        const turn = (): void => {
          still = work.queries === 0 && !isTravelling(work) && work.steps === seen ? still + 1 : 0
          seen = work.steps
          if (still >= quietTurns) resolve()
          else if (work.queries > 0) work.rested = turn
          else setImmediate(turn)
        }
        setImmediate(turn)
      }),
  }
}

/** What an asker or a server tells of a request. */
interface Told {
  request?: object
  socket?: Socket
}

/** Follows each request from the asker to the server, and its answer back. */
function watchRequests(work: Work): void {
  const ports = new WeakMap<object, number>()
  const on = (channel: string, then: (told: Told) => void): void =>
    subscribe(channel, told => {
      work.steps += 1
      then(told as Told)
    })
  const moves = (port: number | undefined, from: Trip['is'], to: Trip['is']): void => {
    const trip = work.trips.get(port ?? 0)
    if (trip?.is === from) Object.assign(trip, { is: to, since: realNow() })
  }
  const arrives = ({ request }: Told): void => {
    if (!request) return
    work.asked.delete(request)
    work.trips.delete(ports.get(request) ?? 0)
  }
  on('undici:request:create', ({ request }) => void (request && work.asked.set(request, realNow())))
  on('undici:client:sendHeaders', ({ request, socket }) => {
    if (!request || !socket?.localPort) return
    work.asked.delete(request)
    ports.set(request, socket.localPort)
    work.trips.set(socket.localPort, { is: 'going', since: realNow() })
  })
  on('http.server.request.start', ({ socket }) => moves(socket?.remotePort, 'going', 'there'))
  on('http.server.response.finish', ({ socket }) => moves(socket?.remotePort, 'there', 'coming'))
  on('undici:request:trailers', arrives)
  on('undici:request:error', arrives)
  const steps = ['bodySent', 'headers'].map(what => `undici:request:${what}`)
  for (const channel of [...steps, 'undici:client:connected', 'undici:client:connectError'])
    on(channel, () => undefined)
}

function isTravelling({ asked, trips }: Work): boolean {
  for (const [request, since] of asked) {
    if (realNow() - since < lostMs) return true
    asked.delete(request)
  }
  for (const [port, { is, since }] of trips) {
    if (is === 'there') continue
    if (realNow() - since < lostMs) return true
    trips.delete(port)
  }
  return false
}

/** Counts a query from its beginning to its end, however its end is told. */
function counted(work: Work, args: unknown[], act: () => unknown): unknown {
  work.queries += 1
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    work.queries -= 1
    work.steps += 1
    if (work.queries > 0 || !work.rested) return
    setImmediate(work.rested)
    work.rested = null
  }
  const last = args.findLastIndex(arg => typeof arg === 'function')
  if (last >= 0) {
    const callback = args[last] as (...results: unknown[]) => void
    args[last] = (...results: unknown[]) => {
      end()
      callback(...results)
    }
    return act()
  }
  const result = act()
  if (result instanceof Promise) result.then(end, end)
  else end()
  return result
}
