import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { adapterName, type AdapterName } from './adapter-name.ts'
import { sourceFiles } from './new-source.ts'
import { wiredParts, withDependency } from './wire.ts'

/** An adapter that was written, with the paths of its files from the checkout's root. */
export interface WrittenAdapter extends AdapterName {
  files: string[]
}

/**
 * Writes the package of a new source, and wires it into the catalogue.
 * @param root of the checkout
 * @throws OptionError for a name that will not do, HubError when the catalogue cannot be edited; nothing is written then
 */
export async function writeAdapter(root: string, wanted: string): Promise<WrittenAdapter> {
  const name = adapterName(root, wanted)
  const folder = `adapters/${name.name}`
  const parts = 'config/parts.ts'
  const manifest = 'config/package.json'
  const files = new Map<string, string>()
  for (const [path, text] of await sourceFiles(name)) files.set(`${folder}/${path}`, text)
  files.set(parts, wiredParts(await readFile(join(root, parts), 'utf8'), name))
  files.set(manifest, withDependency(await readFile(join(root, manifest), 'utf8'), `@switchboard/${name.name}`))
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  await link(root, name.name)
  return { ...name, files: [...files.keys()] }
}

/** The link that npm would make, so that the hub runs at once; `npm install` writes it down in the lockfile. */
async function link(root: string, name: string): Promise<void> {
  const scope = join(root, 'node_modules/@switchboard')
  if (!existsSync(scope) || existsSync(join(scope, name))) return
  await symlink(join('../../adapters', name), join(scope, name))
}
