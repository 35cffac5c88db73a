import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A `hub` command in a process of its own. */
export interface CommandProcess {
  child: ChildProcess
  /** What it has printed so far. */
  printed: { stdout: string; stderr: string }
  /** Resolves at its end. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

/** Starts a `hub` command as a user does, away from this repository's `.env`. */
export function startCommand(t: Test, args: string[], variables: Record<string, string> = {}): CommandProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HUB_CONFIG: join(import.meta.dirname, 'hub.yaml'), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => (printed.stdout += chunk))
  child.stderr.on('data', chunk => (printed.stderr += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }))
  return { child, printed, ended }
}

/** Runs a `hub` command to its end. */
export function runCommand(t: Test, args: string[], variables: Record<string, string> = {}) {
  return startCommand(t, args, variables).ended
}

/** What was asked of a stand-in. */
export interface Asked {
  method: string
  path: string
  body: string
}

/** Something at a URL that answers what the test says, instead of a hub or a simulator. @returns its URL */
export async function standIn(t: Test, answer: (asked: Asked) => { status?: number; body: object }): Promise<string> {
  const server = createServer(async (request, response) => {
    const { status = 200, body } = answer(await askedOf(request))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => (server.closeAllConnections(), server.close()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return { method: request.method ?? '', path: request.url ?? '', body: Buffer.concat(chunks).toString() }
}

/** Leaves in a DATA_DIR what a running hub leaves there. */
export async function leaveHub(dataDir: string, url: string, simulators: Record<string, string> = {}): Promise<void> {
  await writeFile(join(dataDir, 'hub.json'), JSON.stringify({ url, pid: process.pid, simulators }))
  await writeFile(join(dataDir, 'cli-key'), 'key of the machine\n')
}
