import { Conflict, HubError, NotFound, type ProfileId, type Tx } from '@switchboard/core'
import { findProfile } from '../profile-store.ts'
import type { Plan } from './act.ts'
import { ledgerLine, ledgerOf, type Ended, type LedgerLine, type Row } from './ledger.ts'
import type { Part } from './restore.ts'
import { decisionsBetween, membersOf } from './store.ts'

/** Who is to leave a profile: some of its records, some of its candidates, or whoever a line of the ledger brought. */
export interface Leaving {
  records?: readonly { source: string; externalId: string }[]
  candidates?: readonly string[]
  /** A line of the ledger: a merge is taken apart, an un-merge is taken back. Default: the latest merge that still stands. */
  ledgerId?: string
}

/** How many lines of the ledger are searched for what may be undone. */
const searched = 200

/** Takes a profile apart, or takes an un-merge back. */
export async function planUnmerge(tx: Tx, asked: string, leaving: Leaving): Promise<Plan> {
  const profile = await findProfile(tx, asked)
  if (!profile) throw new NotFound(`profile ${asked}`)
  const line = leaving.ledgerId === undefined ? null : await ledgerLine(tx, leaving.ledgerId)
  if (leaving.ledgerId !== undefined && !line) throw new NotFound(`line ${leaving.ledgerId} of the ledger`)
  if (line?.name === 'profile.unmerged') return planRemerge(tx, line)
  const members = (await membersOf(tx, [profile.id]))[0]!
  if (leaving.records || leaving.candidates) {
    const chosen = await chosenOf(tx, profile.id, leaving)
    const known = await standing(tx, profile.id)
    const ended = known.find(one => isMost(one.members, chosen)) ?? null
    const staying = members.filter(candidate => !chosen.includes(candidate))
    return planParting(tx, profile.id, staying, [{ members: chosen, ended }])
  }
  const { staying, groups } = await broughtBy(tx, profile.id, line)
  return planParting(tx, profile.id, staying, groups)
}

/** A group that leaves; under the id that it had, where it had one. */
interface Group {
  members: string[]
  ended: Ended | null
  /** The profile it was merged into, as that was before. */
  into?: Row | undefined
}

/** Who is on no side came later, and falls where the evidence says. */
async function planParting(tx: Tx, id: ProfileId, staying: string[], groups: Group[]): Promise<Plan> {
  if (groups.every(group => group.members.length === 0)) throw new Conflict('nobody who is to leave is in this profile')
  if (staying.length === 0)
    throw new Conflict('somebody has to stay: leave out the records that the profile is to keep')
  const sides = [staying, ...groups.map(group => group.members)]
  const parts: Part[] = groups.flatMap(({ members, ended }) => (ended ? [{ id: ended.row.id, members }] : []))
  return {
    what: 'profile.unmerge',
    target: `profile:${id}`,
    candidates: (await membersOf(tx, [id]))[0]!,
    make: [{ kind: 'apart', sides }],
    lift: await decisionsBetween(tx, 'together', sides),
    parts: [{ id, members: staying }, ...parts],
    rows: groups.flatMap(({ ended, into }) => [...(ended ? [ended.row] : []), ...(into ? [into] : [])]),
    redirects: groups.flatMap(({ ended }) => ended?.redirects ?? []),
    line: { name: 'profile.unmerged', profileId: id, data: { into: parts.map(part => part.id) } },
  }
}

/** The un-merge's "no" is taken back, and whatever it lifted counts again. */
async function planRemerge(tx: Tx, { profileId, data, undo }: LedgerLine): Promise<Plan> {
  const decisions = undo?.decisions
  if (!decisions) throw new Conflict('this line of the ledger does not say what was decided')
  const owners = await tx.sql<{ id: ProfileId }>`
    select distinct m.profile_id as id from decision_side s join candidate c on c.record_id = s.record_id and c.position = s.position
      join profile_member m on m.candidate_id = c.id
      where s.decision_id = any(${decisions.made}::uuid[])`
  const sides = await membersOf(
    tx,
    owners.map(({ id }) => id),
  )
  if (sides.length < 2) throw new Conflict('they are one person again already')
  return {
    what: 'profile.remerge',
    target: `profile:${profileId}`,
    candidates: sides.flat(),
    make: [],
    lift: [...decisions.made, ...decisions.restored],
    restore: decisions.lifted,
    rows: undo.rows ?? [],
    line: { name: 'profile.remerged', profileId, data: { merged: data.into ?? [] } },
  }
}

async function chosenOf(tx: Tx, id: ProfileId, { records = [], candidates = [] }: Leaving): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>`
    select c.id from profile_member m join candidate c on c.id = m.candidate_id join source_record r on r.id = c.record_id
    where m.profile_id = ${id} and (c.id = any(${candidates}::uuid[]) or exists (
      select from json_to_recordset(${JSON.stringify(records)}::json) as k (source text, "externalId" text)
      where k.source = r.source and k."externalId" = r.external_id))
    order by c.id`
  return rows.map(row => row.id)
}

/** Whoever came by a merge, as far as they are still there. */
async function broughtBy(
  tx: Tx,
  id: ProfileId,
  line: LedgerLine | null,
): Promise<{ staying: string[]; groups: Group[] }> {
  const lines = line ? [line] : await ledgerOf(tx, id, searched)
  const here = new Set((await membersOf(tx, [id]))[0])
  for (const { id: lineId, undo } of lines) {
    const standing = await stillLeading(tx, undo?.ended ?? [], id)
    const groups = standing.map(ended => ({
      ended,
      members: ended.members.filter(member => here.has(member)),
      into: undo?.rows?.[0],
    }))
    const present = groups.filter(({ members }) => members.length > 0)
    const brought = new Set(present.flatMap(({ members }) => members))
    const newest = undo?.newest ?? lineId
    const staying = [...here].filter(candidate => candidate <= newest && !brought.has(candidate))
    if (present.length > 0) return { staying, groups: present }
  }
  if (line) throw new Conflict('nothing that this line of the ledger merged is still part of this profile')
  throw new HubError('bad_request', 'this profile was not merged: name the records that are to leave it')
}

/** Profiles that ended in this one and have not come back since. */
async function standing(tx: Tx, id: ProfileId): Promise<Ended[]> {
  const lines = await ledgerOf(tx, id, searched)
  return stillLeading(
    tx,
    lines.flatMap(({ undo }) => undo?.ended ?? []),
    id,
  )
}

async function stillLeading(tx: Tx, ended: readonly Ended[], id: ProfileId): Promise<Ended[]> {
  const rows = await tx.sql<{ id: string }>`
    select id from profile where merged_into = ${id} and id = any(${ended.map(({ row }) => row.id)}::uuid[])`
  const leading = new Set(rows.map(row => row.id))
  return ended.filter(({ row }) => leading.has(row.id))
}

function isMost(members: readonly string[], chosen: readonly string[]): boolean {
  const shared = members.filter(member => chosen.includes(member)).length
  return shared * 2 > members.length && shared * 2 > chosen.length
}
