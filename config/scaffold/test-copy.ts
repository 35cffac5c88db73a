import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')
const places = ['core', 'adapters', 'plugins', 'config', 'migrations', 'test']
const left = new Set(['node_modules', '.tap', '.turbo', '.data', 'dist'])

/** A copy of the checkout, outside of it, in which a test may write. */
export interface TestCopy {
  root: string
  /** Runs Node there to its end. */
  node(...args: string[]): Promise<Ran>
  /** Runs a program of `node_modules/.bin` there to its end. */
  bin(name: string, ...args: string[]): Promise<Ran>
}

/** How a program ended, with all it said. */
export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Copies what is ours, and links what is installed: `node_modules/@switchboard/*` lead to the copy, everything else to where it is. Gone with
 * the test.
 */
export function testCopy(t: { teardown(end: () => unknown): void }): TestCopy {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'switchboard-copy-'))
  t.teardown(() => rmSync(copy, { recursive: true, force: true }))
  for (const place of places) copyOurs(join(root, place), join(copy, place))
  for (const file of readdirSync(root, { withFileTypes: true }))
    if (file.isFile()) copyOurs(join(root, file.name), join(copy, file.name))
  linkInstalled(copy)
  return {
    root: copy,
    node: (...args) => run(copy, process.execPath, args),
    bin: (name, ...args) => run(copy, join(root, 'node_modules/.bin', name), args),
  }
}

function copyOurs(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: path => !left.has(basename(path)) })
}

function linkInstalled(copy: string): void {
  const installed = join(copy, 'node_modules')
  mkdirSync(join(installed, '@switchboard'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@switchboard') symlinkSync(join(root, 'node_modules', name), join(installed, name))
  for (const name of readdirSync(join(root, 'node_modules/@switchboard'))) {
    const folder = relative(realpathSync(root), realpathSync(join(root, 'node_modules/@switchboard', name)))
    symlinkSync(join('../..', folder), join(installed, '@switchboard', name))
  }
  for (const nested of globSync('{core,config,migrations,{adapters,plugins,test}/*}/node_modules', { cwd: root }))
    if (existsSync(join(copy, dirname(nested)))) symlinkSync(join(root, nested), join(copy, nested))
}

async function run(cwd: string, program: string, args: string[]): Promise<Ran> {
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: process.env.HOME, NO_COLOR: '1' }
  // The test runner adds options of its own to every Node that is started: here it is to run as a user runs it.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => (said.stdout += chunk))
  child.stderr.on('data', chunk => (said.stderr += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...said }
}
