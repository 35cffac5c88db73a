import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What a hub of these drills runs with. */
export interface ChoreSettings {
  databaseUrl: string
  dataDir: string
  port: number
  /** Where vendors find the hubs. */
  publicUrl: string
  password: string
  /** How far its clock is ahead of the machine's. */
  aheadMs: number
  vendors: { front?: object; twilio?: object }
  messaging?: object
  reminders?: object
  /** A file of appointments, one change in each line. */
  book?: string
  /** Options of Agenda. Default: chores run when they are told to. */
  agenda?: object
  /** Jobs that write down that they ran. */
  counted?: { jobs: number; path: string }
}

/** What it can be told. */
export type Order =
  | { do: 'job'; name: string }
  | { do: 'pull'; source: string }
  /** How far its clock is ahead from now on. */
  | { do: 'ahead'; ms: number }
  | { do: 'soon'; jobs: { name: string; at: string }[] }

/** A hub in a process of its own. */
export interface ChoreHub {
  url: string
  pid: number
  /** @throws Error when it could not be done, or the hub died meanwhile */
  order(order: Order): Promise<unknown>
  end(signal: NodeJS.Signals): Promise<void>
}

interface Reply {
  url?: string
  id?: number
  answer?: unknown
  error?: string
}

/** Starts a hub of these drills. */
export async function startChoreHub(settings: ChoreSettings): Promise<ChoreHub> {
  const child = fork(join(import.meta.dirname, 'chores-host.ts'), [JSON.stringify(settings)], {
    ...{ env: { PATH: process.env.PATH }, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  })
  const logged: string[] = []
  for (const output of [child.stdout, child.stderr])
    if (output) createInterface({ input: output }).on('line', text => void logged.push(text))
  const waiting = new Map<number, (reply: Reply) => void>()
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (reply: Reply) => {
      if (reply.url) resolve(reply.url)
      else waiting.get(reply.id ?? 0)?.(reply)
    })
    child.once('exit', code => reject(new Error(`the hub ended with ${code}:\n${logged.join('\n')}`)))
  })
  child.on('error', () => undefined)
  child.once('exit', () => waiting.forEach(hear => hear({ error: 'the hub has ended' })))
  let asked = 0
  return {
    ...{ url, pid: child.pid ?? 0 },
    order: order =>
      new Promise((resolve, reject) => {
        const id = (asked += 1)
        waiting.set(id, ({ answer, error }) => {
          waiting.delete(id)
          if (error === undefined) resolve(answer)
          else reject(new Error(error))
        })
        child.send({ id, order }, error => {
          if (error) reject(error)
        })
      }),
    end: async signal => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
  }
}
