import { isId, newId, type Role, type StaffId, type Tx } from '@switchboard/core'

/** One refresh token, as it is kept. */
export interface SessionRow {
  id: string
  family: string
  staffId: StaffId
  expiresAt: Date
  rotatedAt: Date | null
  revokedAt: Date | null
}

/** An API key, without what would let one in. */
export interface KeyRow {
  id: string
  name: string
  role: Role
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

/** Whether anybody can sign in. */
export async function hasCredential(tx: Tx): Promise<boolean> {
  return (await tx.sql`select 1 from credential limit 1`).length > 0
}

/** The password hash of a staff member; null when they cannot sign in. */
export async function passwordHashOf(tx: Tx, staffId: StaffId): Promise<string | null> {
  const [row] = await tx.sql<{ hash: string }>`select password_hash as hash from credential where staff_id = ${staffId}`
  return row?.hash ?? null
}

/** The password hash that was set first: the admin's of the first start. */
export async function firstPasswordHash(tx: Tx): Promise<string | null> {
  const [row] = await tx.sql<{ hash: string }>`
    select password_hash as hash from credential order by changed_at, staff_id limit 1`
  return row?.hash ?? null
}

/** Gives a staff member a password. */
export async function writePassword(tx: Tx, staffId: StaffId, passwordHash: string, now: Date): Promise<void> {
  await tx.sql`insert into credential (staff_id, password_hash, changed_at) values (${staffId}, ${passwordHash}, ${now})
    on conflict (staff_id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at`
}

/** Gives a staff member a password unless they have one. */
export async function writeFirstPassword(tx: Tx, staffId: StaffId, passwordHash: string, now: Date): Promise<void> {
  await tx.sql`insert into credential (staff_id, password_hash, changed_at) values (${staffId}, ${passwordHash}, ${now})
    on conflict (staff_id) do nothing`
}

/** Takes a staff member's way in. */
export async function removePassword(tx: Tx, staffId: StaffId): Promise<void> {
  await tx.sql`delete from credential where staff_id = ${staffId}`
}

/** Keeps a refresh token, by its hash. */
export async function insertSession(
  tx: Tx,
  session: { family: string; staffId: StaffId; tokenHash: string; expiresAt: Date },
  now: Date,
): Promise<void> {
  const { family, staffId, tokenHash, expiresAt } = session
  await tx.sql`insert into session (id, family, staff_id, token_hash, created_at, expires_at)
    values (${newId()}, ${family}, ${staffId}, ${tokenHash}, ${now}, ${expiresAt})`
}

/** Finds a refresh token and locks it: two exchanges at once happen one after the other. */
export async function lockSession(tx: Tx, tokenHash: string): Promise<SessionRow | null> {
  const [row] = await tx.sql<SessionRow>`
    select id, family, staff_id as "staffId", expires_at as "expiresAt", rotated_at as "rotatedAt", revoked_at as "revokedAt"
    from session where token_hash = ${tokenHash} for update`
  return row ?? null
}

/** Notes that a refresh token was exchanged. */
export async function markRotated(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.sql`update session set rotated_at = ${now} where id = ${id}`
}

/** Ends a sign-in: none of its refresh tokens works any more. */
export async function revokeFamily(tx: Tx, family: string, now: Date): Promise<void> {
  await tx.sql`update session set revoked_at = ${now} where family = ${family} and revoked_at is null`
}

/** Ends every sign-in of a person, but for one. */
export async function revokeAll(tx: Tx, staffId: StaffId, exceptFamily: string | null, now: Date): Promise<void> {
  await tx.sql`update session set revoked_at = ${now}
    where staff_id = ${staffId} and revoked_at is null and family is distinct from ${exceptFamily}::uuid`
}

/** Whether a sign-in goes on. */
export async function isLive(tx: Tx, family: string, now: Date): Promise<boolean> {
  const rows = await tx.sql`
    select 1 from session where family = ${family} and revoked_at is null and expires_at > ${now} limit 1`
  return rows.length > 0
}

/** Which of these sign-ins and API keys are over, or never were. */
export async function endedOf(tx: Tx, ids: readonly string[], now: Date): Promise<string[]> {
  const [ours, others] = [ids.filter(isId), ids.filter(id => !isId(id))]
  const rows = await tx.sql<{ id: string }>`
    select id from unnest(${ours}::uuid[]) as asked (id)
    where not exists (select 1 from session where family = asked.id and revoked_at is null and expires_at > ${now})
      and not exists (select 1 from api_key where api_key.id = asked.id and revoked_at is null)`
  return [...others, ...rows.map(({ id }) => id)]
}

/** Forgets refresh tokens that are over. */
export async function deleteExpired(tx: Tx, now: Date): Promise<void> {
  await tx.sql`delete from session where expires_at < ${now}`
}

/** Keeps a new API key, by its hash. */
export async function insertKey(
  tx: Tx,
  key: { name: string; role: Role; hash: string },
  now: Date,
): Promise<{ id: string }> {
  const id = newId<'key'>()
  await tx.sql`insert into api_key (id, name, role, hash, created_at)
    values (${id}, ${key.name}, ${key.role}, ${key.hash}, ${now})`
  return { id }
}

/** Every API key, the newest first. */
export function readKeys(tx: Tx): Promise<KeyRow[]> {
  return tx.sql<KeyRow>`select id, name, role, created_at as "createdAt", last_used_at as "lastUsedAt",
    revoked_at as "revokedAt" from api_key order by id desc`
}

/** The key with this hash, unless it was revoked. */
export async function findKey(tx: Tx, hash: string): Promise<Pick<KeyRow, 'id' | 'name' | 'role'> | null> {
  const [row] = await tx.sql<Pick<KeyRow, 'id' | 'name' | 'role'>>`
    select id, name, role from api_key where hash = ${hash} and revoked_at is null`
  return row ?? null
}

/** Notes that a key was used; at most once for each time it is called with a later `unlessSince`. */
export async function markUsed(tx: Tx, id: string, now: Date, unlessSince: Date): Promise<void> {
  await tx.sql`update api_key set last_used_at = ${now}
    where id = ${id} and (last_used_at is null or last_used_at < ${unlessSince})`
}

/** Ends an API key. @returns false when there was none to end */
export async function revokeKey(tx: Tx, id: string, now: Date): Promise<boolean> {
  const rows = await tx.sql`update api_key set revoked_at = ${now} where id = ${id} and revoked_at is null returning 1`
  return rows.length > 0
}

/** The secret of this name, which all hubs on one database share; made by whoever asks first. */
export async function sharedSecret(tx: Tx, name: string, fresh: string, now: Date): Promise<string> {
  await tx.sql`insert into access_secret (name, value, made_at) values (${name}, ${fresh}, ${now}) on conflict (name) do nothing`
  const [row] = await tx.sql<{ value: string }>`select value from access_secret where name = ${name}`
  return row?.value ?? fresh
}

/** Holds back every other transaction that asks for the same, until this one is over. */
export async function oneAtATime(tx: Tx, lock: number): Promise<void> {
  await tx.sql`select pg_advisory_xact_lock(${lock})`
}
