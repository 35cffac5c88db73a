import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { OptionError } from '@switchboard/core'

/** Who the Postgres programs run as. Postgres refuses to run as root. */
export interface Account {
  uid: number
  gid: number
  /** Runs with the capability to enter directories that are closed to this account, such as a checkout below `/root`. */
  entersAll: boolean
}

/** A program with its arguments and options, as `spawn` takes them. */
export interface Command {
  file: string
  args: string[]
  options: { uid?: number; gid?: number }
}

const run = promisify(execFile)

/**
 * The account for this data directory; null when the hub itself is no root and Postgres can run as it is.
 * As root: the owner of the directory, else the user `postgres`, which is made when there is none.
 * @param paths what the account must be able to reach
 * @throws OptionError when it cannot, and nothing on this machine can give it the means
 */
export async function accountFor(dataDir: string, paths: readonly string[]): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  const plain = (await ownerOf(dataDir)) ?? (await postgresUser())
  for (const account of [plain, { ...plain, entersAll: true }]) if (await reaches(account, paths)) return account
  throw new OptionError([{ path: 'DATA_DIR', message: unreachable(plain, paths) }])
}

/** How to run a program under an account. */
export function commandAs(account: Account | null, file: string, args: readonly string[]): Command {
  if (!account) return { file, args: [...args], options: {} }
  const { uid, gid, entersAll } = account
  if (!entersAll) return { file, args: [...args], options: { uid, gid } }
  return {
    file: 'setpriv',
    args: [`--reuid=${uid}`, `--regid=${gid}`, ...enteringAll, '--', file, ...args],
    options: {},
  }
}

/** With the last of these the capability also counts in access(2), which Postgres asks whether its own programs are there. */
const enteringAll = [
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
]

/** Postgres only accepts a data directory that its own account owns, and user ids differ between machines: so the owner it is. */
async function ownerOf(dataDir: string): Promise<Account | null> {
  const found = await stat(dataDir).catch(() => null)
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid, entersAll: false } : null
}

/** The user `postgres`, made with whatever this system has for that; `nobody` where it has nothing. `initdb` needs a user with a name. */
async function postgresUser(): Promise<Account> {
  const known = await userNamed('postgres')
  if (known) return known
  await run('groupadd', ['--system', 'postgres']).catch(() => null)
  await run('useradd', [
    '--system',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    '--gid',
    'postgres',
    'postgres',
  ]).catch(() => run('adduser', ['-S', '-D', '-H', 'postgres']).catch(() => null))
  const found = (await userNamed('postgres')) ?? (await userNamed('nobody'))
  if (found) return found
  const message = 'Postgres does not run as root and there is no user postgres: make one, or set DATABASE_URL'
  throw new OptionError([{ path: 'DATABASE_URL', message }])
}

async function userNamed(name: string): Promise<Account | null> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n')
  const fields = lines.find(line => line.startsWith(`${name}:`))?.split(':')
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]), entersAll: false } : null
}

/** Asks the system itself: permissions have more to them than the mode bits. */
async function reaches(account: Account, paths: readonly string[]): Promise<boolean> {
  const { file, args, options } = commandAs(account, 'sh', [
    '-c',
    'for p; do test -x "$p" || exit 1; done',
    'sh',
    ...paths,
  ])
  return run(file, args, options).then(
    () => true,
    () => false,
  )
}

function unreachable({ uid }: Account, paths: readonly string[]): string {
  const where = paths.join(' and ')
  return (
    `the hub runs as root, Postgres runs as user ${uid}, and that user cannot reach ${where}. ` +
    'Do one of these: install setpriv (package util-linux), run the hub as a normal user, ' +
    'move the hub and DATA_DIR out of the closed directory, or set DATABASE_URL to a Postgres of your own'
  )
}
