import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OptionError, z } from '@switchboard/core'

/** An adapter's name in the spellings that its files need. */
export interface AdapterName {
  /** `my-shop`: folder, package and entry in hub.yaml. */
  name: string
  /** `myShop`: what its file exports. */
  identifier: string
  /** `My Shop`, for people. */
  title: string
  /** `MY_SHOP`, in front of its environment variables. */
  variable: string
}

/** So that a line which says the name twice still fits into the width of the house. */
const longest = 40

/** Words of the language, and names that the files of an adapter use themselves. */
const taken = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements ' +
    'import in instanceof interface let new null package private protected public return static super switch this throw true try typeof ' +
    'undefined var void while with yield arguments eval async booking bookings catalogue later page read secret source test z'
  ).split(' '),
)

const manifest = z.object({ name: z.string() })

/**
 * Reads the name somebody wants for an adapter.
 * @param root of the checkout, whose workspaces have their names already
 * @throws OptionError when it cannot be the name of a package, of a variable and of a part at once
 */
export function adapterName(root: string, name: string): AdapterName {
  const trouble = troubleWith(root, name)
  if (trouble) throw new OptionError([{ path: 'name', message: `"${name}" ${trouble}` }])
  const words = name.split('-')
  const titled = words.map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
  return {
    name,
    identifier: [words[0], ...titled.slice(1)].join(''),
    title: titled.join(' '),
    variable: words.join('_').toUpperCase(),
  }
}

function troubleWith(root: string, name: string): string | null {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return 'is no name for an adapter: use lower-case letters, digits and single dashes, and begin with a letter, such as my-shop'
  if (name.length > longest) return `is too long: ${longest} characters at most`
  if (taken.has(name)) return 'means something else in code already: choose another, such as the name of the vendor'
  const owner = packageNamed(root, `@switchboard/${name}`)
  if (owner) return `is taken by ${owner}`
  return existsSync(join(root, 'adapters', name)) ? `is taken: there is a folder adapters/${name}` : null
}

function packageNamed(root: string, wanted: string): string | null {
  const files = globSync(['*/package.json', '{adapters,plugins,test}/*/package.json'], { cwd: root })
  const file = files.find(path => manifest.parse(JSON.parse(readFileSync(join(root, path), 'utf8'))).name === wanted)
  return file?.replace(/\/package\.json$/, '') ?? null
}
