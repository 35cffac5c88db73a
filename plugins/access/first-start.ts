import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Hub, Roster, Staff, Tx } from '@switchboard/core'
import { hashPassword, readablePassword } from './password.ts'
import {
  findKey,
  firstPasswordHash,
  hasCredential,
  insertKey,
  oneAtATime,
  passwordHashOf,
  removePassword,
  revokeAll,
  writeFirstPassword,
  writePassword,
} from './store.ts'
import { hashToken, isToken, newToken } from './token.ts'

/** Who is to be able to sign in when the hub starts for the first time. */
export interface FirstStart {
  adminEmail: string
  /** Made, and written to the file `admin-password`, when there is none. */
  adminPassword?: string | undefined
  /** Whether the demo staff are there, with the admin's password. */
  demoStaff: boolean
  /** Where the key for `hub …` commands on this machine is kept. */
  cliKeyFile: string
}

/** Three people who can be rung while nobody real is there. */
const demoStaff = [
  { email: 'alex@demo.example', name: 'Alex Chen', role: 'agent' },
  { email: 'sam@demo.example', name: 'Sam Okafor', role: 'agent' },
  { email: 'robin@demo.example', name: 'Robin Hayes', role: 'agent' },
] as const

/** Hubs that start at the same time take turns here; the number only has to differ from other locks of this kind. */
const firstStartLock = 7_211_300

/** Makes the first admin when nobody can sign in yet. A password that was made up is in the file `admin-password` of the data directory. */
export async function ensureAdmin(hub: Hub, roster: Roster, { adminEmail, adminPassword }: FirstStart): Promise<void> {
  if (await hub.store.read(hasCredential)) return
  const password = adminPassword ?? readablePassword()
  const passwordHash = await hashPassword(password)
  const isMade = await hub.store.transact(async tx => {
    await oneAtATime(tx, firstStartLock)
    if (await hasCredential(tx)) return false
    const admin = await roster.enrol(tx, { email: adminEmail, name: 'Admin', role: 'admin' })
    await writePassword(tx, admin.id, passwordHash, hub.now())
    if (!adminPassword) await writeSecretFile(join(hub.dataDir, 'admin-password'), password)
    return true
  })
  if (isMade) hub.log.info({ email: adminEmail }, 'first admin made')
}

/** Adds the demo staff with the admin's password, or takes their way in when they are not wanted. */
export async function ensureDemoStaff(
  hub: Hub,
  roster: Roster,
  { adminEmail, demoStaff: isWanted }: FirstStart,
): Promise<void> {
  await hub.store.transact(async tx => {
    await oneAtATime(tx, firstStartLock)
    for (const demo of demoStaff) {
      const known = await roster.find(tx, demo)
      if (isWanted)
        await admitDemo(hub, tx, known ?? (await roster.enrol(tx, demo)), await adminsHash(tx, roster, adminEmail))
      else if (known) await shutOut(hub, tx, known)
    }
  })
}

async function admitDemo(hub: Hub, tx: Tx, { id }: Staff, passwordHash: string | null): Promise<void> {
  if (passwordHash) await writeFirstPassword(tx, id, passwordHash, hub.now())
}

async function shutOut(hub: Hub, tx: Tx, { id }: Staff): Promise<void> {
  await removePassword(tx, id)
  await revokeAll(tx, id, null, hub.now())
}

async function adminsHash(tx: Tx, roster: Roster, adminEmail: string): Promise<string | null> {
  const admin = await roster.find(tx, { email: adminEmail })
  return (admin && (await passwordHashOf(tx, admin.id))) ?? (await firstPasswordHash(tx))
}

/** Keeps an admin's API key in a file only the owner can read, so that commands on this machine can call the hub. Made anew when it is missing or no longer good. */
export async function ensureCliKey(hub: Hub, { cliKeyFile }: FirstStart): Promise<void> {
  const kept = await readFile(cliKeyFile, 'utf8').catch(() => '')
  const hash = isToken('key', kept.trim()) ? hashToken(kept.trim()) : null
  if (hash && (await hub.store.read(tx => findKey(tx, hash)))) return
  const key = newToken('key')
  await hub.store.transact(async tx => {
    await insertKey(tx, { name: 'cli', role: 'admin', hash: hashToken(key) }, hub.now())
    await writeSecretFile(cliKeyFile, key)
  })
}

/** Written whole or not at all, and never readable by others, not even for a moment. */
async function writeSecretFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, `${text}\n`, { mode: 0o600 })
  await rename(fresh, path)
}
