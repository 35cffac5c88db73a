import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../..')

/** What `hub start --json` prints. */
export interface Addresses {
  url: string
  gatewayUrl: string
  publicUrl: string
  simulators: Record<string, string>
}

/** A hub in a process of its own, as a user starts it. */
export interface HubProcess extends Addresses {
  pid: number
  /** Everything it logged so far. */
  log(): string
  /** Sends a signal and waits for the end. @returns the exit code; null when the signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** The password of the admin and the demo staff in these tests. */
export const password = 'a password for tests'

/** Starts `hub start --json` with free ports. Without `DATABASE_URL` it starts its own Postgres. `spawned` is told its pid before it is up. */
export async function startHubProcess(
  variables: Record<string, string>,
  args: string[] = ['--no-demo'],
  spawned: (pid: number) => void = () => undefined,
): Promise<HubProcess> {
  const child = spawn(process.execPath, ['config/cli.ts', 'start', '--json', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', GATEWAY_PORT: '0', HUB_ADMIN_PASSWORD: password, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  spawned(child.pid ?? 0)
  const lines: string[] = []
  createInterface({ input: child.stderr }).on('line', line => void lines.push(line))
  const addresses = await firstLine(child, () => lines.join('\n'))
  return {
    ...addresses,
    pid: child.pid ?? 0,
    log: () => lines.join('\n'),
    end: signal => end(child, signal),
  }
}

function firstLine(child: ChildProcess, log: () => string): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('no standard output'))
    const output = createInterface({ input: child.stdout })
    output.once('line', line => resolve(JSON.parse(line) as Addresses))
    child.once('exit', code => reject(new Error(`the hub ended with ${code} before it was up:\n${log()}`)))
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit') as Promise<[number | null]>
  child.kill(signal)
  return (await exited)[0]
}

/** Runs a `hub` command to its end. */
export async function hubCommand(
  variables: Record<string, string>,
  args: string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['config/cli.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => (out.stdout += chunk))
  child.stderr.on('data', chunk => (out.stderr += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...out }
}
