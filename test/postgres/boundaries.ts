import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * Checks who imports whom, by the rules in .dependency-cruiser.cjs, and that the check saw what it was to check.
 */

/** The directories our code is in. */
const places = ['core', 'adapters', 'plugins', 'config', 'migrations', 'test']

/** What was found in a checkout. */
export interface Findings {
  /** One text for every broken rule and place; none when all is well. */
  problems: string[]
  modules: number
  /** Imports that cross from one package to another. */
  crossings: number
}

interface Cruise {
  modules: { source: string; dependencies: { resolved: string }[] }[]
  summary: { violations: Violation[]; ruleSetUsed: { forbidden: { name: string; comment: string }[] } }
}

interface Violation {
  from: string
  to: string
  rule: { name: string }
  cycle?: { name: string }[]
}

interface Manifest {
  name: string
  scripts?: { test?: string }
  dependencies?: object
  devDependencies?: object
}

/** Checks the checkout at `root`. Its `node_modules` must be installed. */
export async function boundaries(root: string): Promise<Findings> {
  const { modules, summary } = cruise(root)
  const seen = modules.map(({ source }) => source).filter(isOurs)
  const edges = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => [source, resolved] as const),
  )
  const crossings = edges.filter(([from, to]) => isOurs(from) && isOurs(to) && packageOf(from) !== packageOf(to))
  const problems = [
    ...told(summary),
    ...unseen(root, seen),
    ...(crossings.length === 0 ? ['no import from one package to another was seen: the check is blind to them'] : []),
    ...undeclared(root, crossings),
    ...(await portsThatRun(root)),
    ...unrun(root, seen),
  ]
  return { problems, modules: seen.length, crossings: crossings.length }
}

function cruise(root: string): Cruise {
  const program = fileURLToPath(new URL('../../bin/dependency-cruiser.mjs', import.meta.resolve('dependency-cruiser')))
  const args = [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...places.filter(place => existsSync(join(root, place))),
  ]
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (!stdout) throw new Error(`dependency-cruiser gave no answer: ${stderr}`)
  return JSON.parse(stdout)
}

/** One text for every broken rule, with all the places and its comment once. */
function told({ violations, ruleSetUsed }: Cruise['summary']): string[] {
  return ruleSetUsed.forbidden.flatMap(({ name, comment }) => {
    const broken = violations.filter(({ rule }) => rule.name === name).map(wayOf)
    return broken.length === 0 ? [] : [`${name}\n${comment}\n${[...new Set(broken)].join('\n')}`]
  })
}

/** A circle is met once for every file on it: told from its first file, it is the same circle. */
function wayOf({ from, to, cycle }: Violation): string {
  const files = cycle?.map(({ name }) => name) ?? []
  const start = files.indexOf([...files].sort()[0] ?? '')
  const way = files.length > 0 ? [...files.slice(start), ...files.slice(0, start), files[start]] : [from, to]
  return `    ${way.join(' → ')}`
}

/** With a TypeScript it does not know, dependency-cruiser reads nothing and is content. So every file must have been seen. */
function unseen(root: string, seen: readonly string[]): string[] {
  const files = places.flatMap(place =>
    globSync(`${place}/**/*.{ts,tsx}`, { cwd: root, exclude: path => /node_modules|dist/.test(path) }),
  )
  const missed = files.filter(file => !seen.includes(file))
  if (files.length === 0) return ['there are no TypeScript files: is this the right directory?']
  return missed.map(file => `${file} was not read, so nothing is known of what it imports`)
}

/**
 * An import between packages that package.json does not name is one turbo does not know: tests would answer from a stale cache.
 * Core and the migrations cannot name what stands on them, so for them, and for the test server, turbo.json does.
 */
function undeclared(root: string, crossings: readonly (readonly [string, string])[]): string[] {
  const pairs = new Set(
    crossings
      .filter(([from, to]) => packageOf(from) !== 'migrations' && packageOf(to) !== 'test/postgres')
      .map(([from, to]) => `${packageOf(from)} ${packageOf(to)}`),
  )
  const missing = [...pairs]
    .map(pair => pair.split(' ') as [string, string])
    .filter(([from, to]) => !declares(root, from, to))
  return missing.map(
    ([from, to]) => `${from}/package.json does not name ${manifest(root, to).name}, which is imported there`,
  )
}

function declares(root: string, from: string, to: string): boolean {
  const { dependencies, devDependencies } = manifest(root, from)
  return manifest(root, to).name in { ...dependencies, ...devDependencies }
}

function manifest(root: string, name: string): Manifest {
  return JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'))
}

/** Ports are types only: once the types are gone, a file of core/ports is empty. */
async function portsThatRun(root: string): Promise<string[]> {
  const files = globSync('core/ports/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'))
  const loaded = await Promise.all(
    files.map(async file => ({ file, names: Object.keys(await import(join(root, file))) })),
  )
  return loaded
    .filter(({ names }) => names.length > 0)
    .map(({ file, names }) => `${file} exports ${names.join(', ')}: a port is types only`)
}

/** Tests that turbo does not know of are never run; a package that says it has tests and has none fails. */
function unrun(root: string, seen: readonly string[]): string[] {
  const tested = new Set(seen.filter(file => file.endsWith('.test.ts')).map(packageOf))
  return [...new Set(seen.map(packageOf))].flatMap(name => {
    const hasScript = manifest(root, name).scripts?.test === 'tap'
    if (tested.has(name) && !hasScript)
      return [`${name} has tests that nobody runs: its package.json wants "scripts": { "test": "tap" }`]
    return hasScript && !tested.has(name) ? [`${name}/package.json has a script "test", but there are no tests`] : []
  })
}

function isOurs(path: string): boolean {
  return places.some(place => path.startsWith(`${place}/`))
}

/** `core`, `adapters/twilio`. */
function packageOf(path: string): string {
  const [place = '', name = ''] = path.split('/')
  return /^(adapters|plugins|test)$/.test(place) ? `${place}/${name}` : place
}

if (import.meta.main) {
  const { problems, modules, crossings } = await boundaries(join(import.meta.dirname, '../..'))
  for (const problem of problems) console.error(`\n✖ ${problem}`)
  console.log(`${modules} files, ${crossings} imports between packages, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
