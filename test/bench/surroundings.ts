import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { password, startHubProcess } from '@switchboard/test-e2e/hub-process'
import { ask, signIn } from '@switchboard/test-e2e/phone'
import { onGround } from '@switchboard/test-postgres/ground'

/** A hub under measurement: a process of its own, on a durable Postgres of its own. */
export interface BenchHub {
  url: string
  databaseUrl: string
  token: string
  /** Runs ClientSync and waits until it is done. */
  rematch(): Promise<void>
}

/** How long a full re-match of the simulated vendors' people may take, in milliseconds: a bench that waits for ever says nothing. */
const patienceMs = 300_000

interface Jobs {
  jobs: { name: string; isRunning: boolean; lastFinishedAt: string | null }[]
}

/** Runs `work` against a fresh hub with the simulated vendors' records in it. `variables` may point it at another hub.yaml. */
export function withHub<T>(work: (hub: BenchHub) => Promise<T>, variables: Record<string, string> = {}): Promise<T> {
  return onGround(async ({ databaseUrl, dataDir }) => {
    const hub = await startHubProcess({
      ...{ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' },
      ...variables,
    })
    try {
      const token = await signIn(hub.url, 'admin@localhost', password)
      const rematch = async (): Promise<void> => {
        const startedAt = new Date().toISOString()
        await ask(hub.url, '/api/jobs/ClientSync/run', token, { data: { full: true } })
        const until = performance.now() + patienceMs
        while (!(await finishedSince(hub.url, token, startedAt))) {
          if (performance.now() > until) throw new Error(`ClientSync did not end in ${patienceMs} ms:\n${hub.log()}`)
          await new Promise(wake => setTimeout(wake, 100))
        }
      }
      await rematch()
      return await work({ url: hub.url, databaseUrl, token, rematch })
    } finally {
      await hub.end('SIGTERM')
    }
  })
}

async function finishedSince(url: string, token: string, at: string): Promise<boolean> {
  const { jobs } = await ask<Jobs>(url, '/api/jobs', token)
  const job = jobs.find(({ name }) => name === 'ClientSync')
  return job?.isRunning === false && (job.lastFinishedAt ?? '') > at
}

/** The servers with nothing of ours: node:http with one insert, and with the transaction of a call's first webhook. */
export type BareServer = 'bare-server.ts' | 'calls-bare.ts'

/** Runs `work` against one of them, in a process of its own, on the same Postgres. */
export async function withBare<T>(
  { databaseUrl, script = 'bare-server.ts' }: { databaseUrl: string; script?: BareServer },
  work: (url: string) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return await work(`http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`)
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}
