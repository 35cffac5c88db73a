import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, link, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { HubError } from '@switchboard/core'
import { type Account, commandAs } from './account.ts'

/** The superuser of every cluster made here. */
export const superuser = 'postgres'

const run = promisify(execFile)

/**
 * The superuser's password of the cluster in `dataDir`, kept beside it in `<dataDir>.password` (mode 0600); made when there is none.
 * Two hubs that start at once get the same one.
 */
export async function passwordFor(dataDir: string): Promise<string> {
  const path = `${dataDir}.password`
  const known = await readFile(path, 'utf8').catch(() => null)
  if (known !== null) return known.trim()
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  await link(draft, path).catch(ignore('EEXIST'))
  await rm(draft)
  return (await readFile(path, 'utf8')).trim()
}

/** What `makeCluster` needs to know. */
export interface ClusterOptions {
  dataDir: string
  initdb: string
  account: Account | null
  password: string
  durable: boolean
}

/**
 * Makes a cluster in `dataDir` unless there is one. It is made beside its place and moved there when complete,
 * so a hub that is killed halfway leaves no directory that never starts.
 */
export async function makeCluster(options: ClusterOptions): Promise<void> {
  const { dataDir, account } = options
  await sweep(dataDir)
  if (await hasCluster(dataDir)) return giveBack(dataDir, account)
  const draft = await mkdtemp(`${dataDir}.init-${process.pid}-`)
  await initialise(draft, options)
  // A directory that is there and not empty belongs to another hub that was quicker.
  await rename(join(draft, 'cluster'), dataDir).catch(ignore('ENOTEMPTY', 'EEXIST'))
  await rm(draft, { recursive: true, force: true })
}

async function initialise(draft: string, { initdb, account, password, durable }: ClusterOptions): Promise<void> {
  const passwordFile = join(draft, 'password')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account) for (const path of [draft, passwordFile]) await chown(path, account.uid, account.gid)
  const args = [
    `--pgdata=${join(draft, 'cluster')}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    ...initFlags,
  ]
  const command = commandAs(account, initdb, durable ? args : [...args, '--no-sync'])
  await run(command.file, command.args, { ...command.options, cwd: '/', env: postgresEnv }).catch(cause => {
    throw new HubError('unavailable', `initdb could not make a database in ${draft}: ${tail(cause)}`, { cause })
  })
}

const initFlags = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
]

/** Everything Postgres gets of the environment: none of the hub's secrets. On macOS it does not start without a locale. */
export const postgresEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

async function hasCluster(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

/** A directory that root copied, from a backup say, belongs to root, and Postgres would refuse it. */
async function giveBack(dataDir: string, account: Account | null): Promise<void> {
  if (!account || (await stat(dataDir)).uid === account.uid) return
  await run('chown', ['-R', `${account.uid}:${account.gid}`, dataDir])
}

/** Removes what hubs left that were killed while they made a cluster. Process ids come back, also our own: a draft older than us is not ours. */
async function sweep(dataDir: string): Promise<void> {
  const prefix = `${dataDir}.init-`
  const drafts = (await readdir(dirname(dataDir)))
    .map(name => join(dirname(dataDir), name))
    .filter(path => path.startsWith(prefix))
  for (const draft of drafts) {
    const pid = Number.parseInt(draft.slice(prefix.length), 10)
    const isOurs = pid === process.pid && (await stat(draft)).birthtimeMs > performance.timeOrigin
    if (!isOurs && (pid === process.pid || !isAlive(pid))) await rm(draft, { recursive: true, force: true })
  }
}

/** Whether there is a process with this id, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function ignore(...codes: string[]): (error: NodeJS.ErrnoException) => void {
  return error => {
    if (!codes.includes(error.code ?? '')) throw error
  }
}

function tail(error: { stderr?: string; message: string }): string {
  return (error.stderr || error.message).trim().split('\n').slice(-3).join(' ')
}
