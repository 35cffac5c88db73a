import { HubError, z } from '@switchboard/core'
import type { AdapterName } from './adapter-name.ts'

/** The width of the house, as prettier has it. */
const width = 120

const importLine = /^import .* from '(@switchboard\/[^']+)'$/gm
const adaptersList = /^( {2}adapters: \{)([^{}]*)(\},)$/m

/**
 * Adds an adapter to the text of config/parts.ts: an import and an entry of the catalogue, each in its place by the alphabet, formatted as
 * prettier would.
 * @throws HubError with what to write by hand, when the file is not as it is expected to be
 */
export function wiredParts(text: string, { name, identifier }: AdapterName): string {
  const line = `import { ${identifier} } from '@switchboard/${name}'`
  const entry = name === identifier ? name : `'${name}': ${identifier}`
  const imports = [...text.matchAll(importLine)]
  const list = adaptersList.exec(text)
  if (imports.length === 0 || !list || text.includes(`'@switchboard/${name}'`)) throw byHand(line, entry)
  const withEntry = text.replace(list[0], listed(list[1] ?? '', list[2] ?? '', entry))
  const next = imports.find(([, specifier = '']) => specifier > `@switchboard/${name}`)
  const [last = ''] = imports.at(-1) ?? []
  return next ? withEntry.replace(next[0], `${line}\n${next[0]}`) : withEntry.replace(last, `${last}\n${line}`)
}

/** The list with one more: on one line while it fits and was on one. */
function listed(head: string, inner: string, entry: string): string {
  const entries = inner
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)
  const all = [...entries, entry].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const line = `${head} ${all.join(', ')} },`
  if (!inner.includes('\n') && line.length <= width) return line
  return `${head}\n${all.map(part => `    ${part},\n`).join('')}  },`
}

function keyOf(entry: string): string {
  return (entry.split(':')[0] ?? '').replaceAll("'", '')
}

function byHand(line: string, entry: string): HubError {
  const todo = `add "${line}" to it, and ${entry} to \`catalogue.adapters\``
  return new HubError('conflict', `config/parts.ts is not as it was: nothing was written. By hand: ${todo}`)
}

const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) })

/** Adds a workspace to the dependencies of a package.json, in its place by the alphabet. @throws HubError when it has no dependencies */
export function withDependency(text: string, name: string): string {
  const read = manifest.safeParse(JSON.parse(text))
  if (!read.success) throw new HubError('conflict', `config/package.json has no "dependencies": add ${name} by hand`)
  const all = Object.entries({ ...read.data.dependencies, [name]: '*' })
  const dependencies = Object.fromEntries(all.toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return `${JSON.stringify({ ...JSON.parse(text), dependencies }, null, 2)}\n`
}
