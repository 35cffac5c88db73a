import { frontSimulator, type RunningFront } from '@switchboard/test-simulators/front'
import { startHubProcess, type HubProcess, password } from './hub-process.ts'
import { startOutsideVendor, type OutsideVendor } from './outside-vendor.ts'
import { ask, connectPhone, signIn, type Phone } from './phone.ts'

/** A hub that carries texts, with the vendors outside of its process. */
export interface Texting {
  hub: HubProcess
  vendor: OutsideVendor
  front: RunningFront
  /** Of Alex, who answers. */
  token: string
  alex: Phone
  get<T>(path: string): Promise<T>
  /** Runs a chore and waits for its end. @returns what it did */
  run(job: string): Promise<unknown>
  /** Ends the hub at once, and starts it again. */
  killAndStart(): Promise<void>
  close(): Promise<void>
}

interface Run {
  id: string
  finishedAt: string | null
  outcome: string | null
  error: string | null
  result: unknown
}

/** Starts it on a database; `options` are those of messaging. */
export async function startTexting(dataDir: string, databaseUrl: string, options: object = {}): Promise<Texting> {
  const opened: { front?: RunningFront } = {}
  const vendor = await startOutsideVendor(dataDir, 7, async site => {
    const front = (opened.front = await frontSimulator.start({ ...site, adapter: 'front', seed: 7 }))
    return {
      adapters: {
        front: { ...frontSimulator.options, ...front.options },
        'blob-files': { dir: `${dataDir}/blobs` },
      },
      plugins: { messaging: { schedule: null, checkSchedule: null, ...options }, alerts: {} },
    }
  })
  const { front } = opened
  if (!front) throw new Error('front did not start')
  const start = async () => {
    const hub = await startHubProcess({ ...vendor.variables, DATABASE_URL: databaseUrl })
    const token = await signIn(hub.url, 'alex@demo.example', password)
    return { hub, token, alex: await connectPhone(hub.url, token) }
  }
  let up = await start()
  const get = <T>(path: string): Promise<T> => ask<T>(up.hub.url, path, up.token)
  return {
    vendor,
    front,
    get hub() {
      return up.hub
    },
    get token() {
      return up.token
    },
    get alex() {
      return up.alex
    },
    get,
    async run(job) {
      const runs = () => get<{ items: Run[] }>(`/api/jobs/${job}/history`)
      const before = new Set((await runs()).items.map(({ id }) => id))
      await ask(up.hub.url, `/api/jobs/${job}/run`, await signIn(up.hub.url, 'admin@localhost', password), {})
      const run = await until(async () => (await runs()).items.find(({ id, outcome }) => !before.has(id) && outcome))
      if (run.outcome !== 'succeeded') throw new Error(`${job} ${run.outcome}: ${run.error}`)
      return run.result
    },
    async killAndStart() {
      await up.hub.end('SIGKILL')
      up = await start()
    },
    async close() {
      await up.hub.end('SIGKILL')
      await front.close()
      await vendor.close()
    },
  }
}

/** What `look` finds, as soon as it does. */
export async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise(wake => setTimeout(wake, 50))
  }
}
