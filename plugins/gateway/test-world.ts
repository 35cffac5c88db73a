import { limits as usual, type Limits } from './limits.ts'
import { closings, type Hello, type ServerFrame, type WelcomeData } from './protocol.ts'
import { opened, step, type Effect, type Frame, type Input, type Session } from './session.ts'
import { resetReason } from './store.ts'

/** Small enough that a client which does not read gets into trouble within a few frames. */
export const narrow: Limits = { ...usual, unsentBytes: 1_500, pauseBytes: 700, page: 3 }

/** What a person is due: the truth, which outlives hubs. */
interface Count {
  epoch: number
  frames: Frame[]
  prunedTo: number
}

/** A socket as both ends have it: the hub's session, and what is on its way to the client. */
interface Line {
  person: number
  session: Session
  todo: Effect[]
  onItsWay: string[]
  isServed: boolean
  closedWith: number | null
}

/** A client: what it knows, and whether what it missed must be admitted to it before it hears more. */
interface Client {
  person: number
  known: { epoch: string; seq: number } | null
  line: Line | null
  owesReset: boolean
}

/** Everything there is, and what can happen to it. Each deed takes two numbers that choose whom it happens to. */
export interface World {
  deeds: Record<Deed, (which: number, other: number) => void>
  /** Network, database and hub are well again: everything outstanding happens. */
  settle(): void
  /** Per client: what it has, and what there is. */
  ends(): [string, string][]
  /** How often what is worth testing came to pass. */
  seen: Record<'reset' | 'slow' | 'resumed' | 'lost', number>
}

export type Deed = (typeof deedNames)[number]

/** What can happen. */
export const deedNames = [
  'happen',
  'push',
  'pushTwice',
  'wake',
  'work',
  'fail',
  'take',
  'connect',
  'cut',
  'cutUnnoticed',
  'notice',
  'restart',
  'crash',
  'prune',
  'forget',
  'tick',
] as const

const clientsOf = [0, 0, 1]

/** Two persons, the first with two tabs. */
export function makeWorld(): World {
  const counts: Count[] = [0, 1].map(epoch => ({ epoch, frames: [], prunedTo: 0 }))
  const clients: Client[] = clientsOf.map(person => ({ person, known: null, line: null, owesReset: false }))
  const seen = { reset: 0, slow: 0, resumed: 0, lost: 0 }
  let lines: Line[] = []
  let pushes: { person: number; frame: Frame }[] = []
  let now = Date.parse('2026-03-02T09:00:00Z')
  let epochs = 2

  const countOf = (person: number): Count => counts[person % counts.length] as Count
  const clientAt = (which: number): Client => clients[which % clients.length] as Client

  const feed = (line: Line, input: Input): void => {
    if (!line.isServed) return
    const next = step(line.session, input, new Date(now))
    line.session = next.session
    for (const effect of next.effects) {
      if (effect.do === 'send') line.onItsWay.push(effect.text)
      else if (effect.do === 'close') endLine(line, effect.closing.code)
      else line.todo.push(effect)
    }
    mustFit(line)
    if (input.type !== 'unsent') feed(line, { type: 'unsent', bytes: bytesOf(line) })
  }
  const endLine = (line: Line, code: number): void => {
    line.isServed = false
    line.closedWith = code
    if (code === closings.slow.code) seen.slow++
    if (code === closings.lost.code) seen.lost++
    if (code === closings.lost.code && line.session.seq >= countOf(line.person).prunedTo)
      throw new Error('closed over a loss that was none')
  }
  const connect = (client: Client): void => {
    if (client.line) return
    const line: Line = {
      ...{ person: client.person, session: opened(new Date(now), narrow), todo: [], onItsWay: [] },
      ...{ isServed: true, closedWith: null },
    }
    lines.push(line)
    client.line = line
    const text = JSON.stringify({ type: 'hello', data: { ticket: 't', ...client.known } })
    feed(line, { type: 'frame', text, bytes: text.length })
  }
  const take = (client: Client): void => {
    const { line } = client
    const text = line?.onItsWay.shift()
    if (!line) return
    if (text !== undefined) receive(client, JSON.parse(text) as ServerFrame & { for: number })
    if (line.isServed) feed(line, { type: 'unsent', bytes: bytesOf(line) })
    else if (line.onItsWay.length === 0) client.line = null
  }
  const receive = (client: Client, frame: ServerFrame & { for: number }): void => {
    if (frame.type === 'welcome') return welcomed(client, frame.data)
    if (frame.type === 'reset') {
      seen.reset++
      client.owesReset = false
    }
    if (frame.type !== 'call.state') return
    if (frame.for !== client.person) throw new Error(`an event for ${frame.for} came to ${client.person}`)
    if (client.owesReset) throw new Error('went on after a loss without a reset')
    if (frame.seq !== (client.known?.seq ?? 0) + 1) throw new Error(`got ${frame.seq} after ${client.known?.seq}`)
    if (frame.data.state !== `${client.known?.epoch} ${frame.seq}`)
      throw new Error(`not the event: ${frame.data.state}`)
    client.known = { epoch: client.known?.epoch ?? '', seq: frame.seq }
  }
  const welcomed = (client: Client, { epoch, seq, isResumed }: WelcomeData): void => {
    const isSame = client.known?.epoch === epoch && client.known.seq === seq
    if (isResumed && !isSame) throw new Error('resumed elsewhere than where it was')
    if (isResumed) seen.resumed++
    client.owesReset = client.known !== null && !isSame
    client.known = { epoch, seq }
  }
  const work = (line: Line): void => {
    const effect = line.todo.shift()
    const count = countOf(line.person)
    if (effect?.do === 'admit') feed(line, admitted(count, effect.hello))
    if (effect?.do === 'read') {
      const first = Math.max(effect.after, count.prunedTo)
      const frames = count.frames.slice(first, first + narrow.page)
      feed(line, { type: 'read', frames, isMore: frames.length === narrow.page })
    }
  }
  const restart = (closing: boolean): void => {
    for (const line of lines) {
      if (closing && line.isServed) {
        feed(line, { type: 'draining', reconnectInMs: 100 })
        feed(line, { type: 'ended', closing: closings.restarting })
      } else endLine(line, 1006)
      line.todo = []
    }
    lines = []
    pushes = []
  }
  const push = (which: number, isKept: boolean): void => {
    const at = which % Math.max(pushes.length, 1)
    const pushed = pushes[at]
    if (!pushed) return
    if (!isKept) pushes.splice(at, 1)
    for (const line of lines) if (line.person === pushed.person) feed(line, { type: 'pushed', frames: [pushed.frame] })
  }
  const cut = (client: Client): void => {
    if (!client.line) return
    client.line.onItsWay = []
    client.line = null
  }
  const deeds: World['deeds'] = {
    happen: person => {
      const count = countOf(person)
      const frame = event(person % counts.length, count)
      count.frames.push(frame)
      pushes.push({ person: person % counts.length, frame })
    },
    push: which => push(which, false),
    pushTwice: which => push(which, true),
    wake: which => {
      for (const line of lines) {
        const person = which % counts.length
        if (line.person === person) feed(line, { type: 'woken', seq: countOf(person).frames.length })
      }
    },
    work: which => {
      const line = lines[which % Math.max(lines.length, 1)]
      if (line) work(line)
    },
    fail: which => {
      const line = lines[which % Math.max(lines.length, 1)]
      if (line?.todo[0]?.do !== 'read') return
      line.todo.shift()
      feed(line, { type: 'readFailed' })
    },
    take: (which, many) => {
      for (let taken = 0; taken <= many; taken++) take(clientAt(which))
    },
    connect: which => connect(clientAt(which)),
    cut: which => {
      const { line } = clientAt(which)
      cut(clientAt(which))
      if (line?.isServed) feed(line, { type: 'gone' })
      if (line) endLine(line, 1006)
    },
    cutUnnoticed: which => cut(clientAt(which)),
    notice: () => {
      for (const line of lines) {
        if (clients.some(client => client.line === line)) continue
        feed(line, { type: 'gone' })
        endLine(line, 1006)
      }
    },
    restart: () => restart(true),
    crash: () => restart(false),
    prune: person => {
      const count = countOf(person)
      count.prunedTo = Math.max(count.prunedTo, count.frames.length - 3)
    },
    // Rare, and the end of all counts: as after a database that was restored from elsewhere.
    forget: (person, other) => {
      if (other !== 0) return
      restart(false)
      Object.assign(countOf(person), { epoch: epochs++, frames: [], prunedTo: 0 })
    },
    tick: (_which, other) => {
      now += other * 500
      for (const line of lines) feed(line, { type: 'tick' })
    },
  }
  const settle = (): void => {
    deeds.notice(0, 0)
    for (let round = 0; round < 200; round++) {
      for (const client of clients) connect(client)
      for (const line of lines) for (let turn = 0; turn < 5 && line.todo.length > 0; turn++) work(line)
      for (const person of [0, 1]) deeds.wake(person, 0)
      for (const client of clients) for (let turn = 0; turn < 20; turn++) take(client)
      pushes = []
    }
  }
  const ends = (): [string, string][] =>
    clients.map(({ person, known }) => {
      const { epoch, frames } = countOf(person)
      return [`${known?.epoch} ${known?.seq}`, `${epoch} ${frames.length}`]
    })
  return { deeds, settle, ends, seen }
}

function bytesOf(line: Line): number {
  return line.onItsWay.reduce((sum, text) => sum + text.length, 0)
}

/** What waits for one client is bounded: the limit, and what one step adds to it. */
function mustFit(line: Line): void {
  if (bytesOf(line) > narrow.unsentBytes + 2_500) throw new Error(`${bytesOf(line)} bytes wait for one client`)
}

function event(person: number, { epoch, frames }: Count): Frame {
  const seq = frames.length + 1
  const data = { callId: 'c', state: `${epoch} ${seq}`, because: 'x'.repeat(400) }
  return { seq, text: JSON.stringify({ seq, type: 'call.state', for: person, data }) }
}

/** As the admission answers: by the same rule about what can be told. */
function admitted(count: Count, hello: Hello): Input {
  const total = count.frames.length
  const standing = { epoch: String(count.epoch), seq: total, prunedTo: count.prunedTo }
  const client = hello.epoch && typeof hello.seq === 'number' ? { epoch: hello.epoch, seq: hello.seq } : null
  const reset = client && resetReason(standing, client)
  const isResumed = client !== null && reset === null
  const seq = isResumed ? client.seq : total
  const welcome = JSON.stringify({ version: 1, epoch: standing.epoch, seq, isResumed })
  return { type: 'admitted', seq, welcome, known: total, reset }
}
