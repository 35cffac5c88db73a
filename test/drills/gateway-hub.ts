import { fork } from 'node:child_process'
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** What the hub of a gateway drill runs with. */
export interface HostSettings {
  databaseUrl: string
  dataDir: string
  port: number
  gatewayPort: number
  password: string
  /** How many people answer; each is `n<five digits>@drill.example`. */
  staff: number
  accessMinutes: number
  limits: Record<string, number>
  /** Where NATS is; without it hubs hint over the database. */
  natsUrl?: string
}

/** What the process of the hub can be told. */
export type Order =
  /** Publish so many events, to everybody or to these people by their number; `together`: so many in one transaction. */
  | {
      do: 'say'
      to: 'all' | readonly number[]
      times: number
      bytes?: number
      perSecond?: number
      together?: number
      as?: 'call.state' | 'message.changed'
    }
  /** How long it has computed. */
  | { do: 'cpu' }
  /** What it takes once all garbage is collected. */
  | { do: 'memory' }
  /** Every frame that is kept, of everybody. */
  | { do: 'frames' }
  /** Tickets for so many connections, spread over everybody. */
  | { do: 'tickets'; count: number }
  /** So many rings at one person, one after the other. */
  | { do: 'ring'; to: number; times: number; everyMs: number }
  /** Whether every event is delivered. */
  | { do: 'idle' }

/** What it says then. */
export interface Answer {
  names?: string[]
  cpuSeconds?: number
  rss?: number
  /** What the collector of garbage leaves, in bytes. */
  held?: number
  frames?: { email: string; seq: number; type: string; name: string | null }[]
  isIdle?: boolean
  tickets?: string[]
}

/** A hub with a gateway and a plugin that publishes what it is told to, in a process of its own. */
export interface GatewayHub {
  url: string
  /** An API key with the role `admin`. */
  key: string
  password: string
  pid: number
  /** Lines it logged at `warn` and above. */
  logged: { level: string; text: string }[]
  order(order: Order): Promise<Answer>
  /** Ends it and starts it again at the same addresses. */
  restart(signal?: NodeJS.Signals): Promise<void>
  end(signal?: NodeJS.Signals): Promise<void>
}

/** Where and with what to start it. */
export interface GatewayHubSettings {
  databaseUrl: string
  dataDir: string
  staff: number
  accessMinutes?: number
  limits?: Record<string, number>
  natsUrl?: string
}

const password = 'a password for drills'
/** A crowd comes from one address, and many of it are one person. */
const roomy = { connectionsPerAddress: 100_000, connections: 100_000 }

/** Starts the hub of a gateway drill. */
export async function startGatewayHub(wanted: GatewayHubSettings): Promise<GatewayHub> {
  const settings: HostSettings = {
    ...{ accessMinutes: 15, password, ...wanted },
    ...{ port: await freePort(), gatewayPort: await freePort(), limits: { ...roomy, ...wanted.limits } },
  }
  const logged: GatewayHub['logged'] = []
  let child = await spawnHost(settings, logged)
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return
    const gone = once(child.process, 'exit')
    child.process.kill(signal)
    await gone
  }
  return {
    ...{ url: child.url, password, logged, end },
    key: (await readFile(join(settings.dataDir, 'cli-key'), 'utf8')).trim(),
    get pid() {
      return child.process.pid ?? 0
    },
    order: order => child.ask(order),
    restart: async signal => {
      await end(signal)
      child = await spawnHost(settings, logged)
    },
  }
}

interface Reply {
  url?: string
  id?: number
  answer?: Answer
  error?: string
}

async function spawnHost(settings: HostSettings, logged: GatewayHub['logged']) {
  const file = join(import.meta.dirname, 'gateway-host.ts')
  const child = fork(file, [JSON.stringify(settings)], {
    ...{ execArgv: ['--expose-gc'], env: passedOn(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  })
  for (const output of [child.stdout, child.stderr])
    if (output) createInterface({ input: output }).on('line', text => void logged.push({ level: levelOf(text), text }))
  const waiting = new Map<number, (reply: Reply) => void>()
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (reply: Reply) => {
      if (reply.url) resolve(reply.url)
      else waiting.get(reply.id ?? 0)?.(reply)
    })
    child.once('exit', code =>
      reject(new Error(`the hub ended with ${code}:\n${logged.map(({ text }) => text).join('\n')}`)),
    )
  })
  child.on('error', () => undefined)
  child.once('exit', code => waiting.forEach(hear => hear({ error: `the hub ended with ${code}` })))
  let asked = 0
  const ask = (order: Order): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = ++asked
      waiting.set(id, ({ answer, error }) => {
        waiting.delete(id)
        if (answer) resolve(answer)
        else reject(new Error(error))
      })
      child.send({ id, order }, error => {
        if (error) reject(error)
      })
    })
  return { process: child, url, ask }
}

/** Nothing but what a process needs, and what a profiler is turned on by. */
function passedOn(): NodeJS.ProcessEnv {
  const { PATH, NODE_OPTIONS } = process.env
  return { PATH, ...(NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS }) }
}

function levelOf(text: string): string {
  try {
    return String((JSON.parse(text) as { level?: unknown }).level)
  } catch {
    return 'text'
  }
}

/** A port nobody has now, below those the system hands out: it must still be free when the hub comes back. */
function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000)
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
}

/** The email of a person of the drill, by their number. */
export function emailOf(n: number): string {
  return `n${String(n).padStart(5, '0')}@drill.example`
}
