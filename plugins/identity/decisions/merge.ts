import { Conflict, HubError, NotFound, type ProfileId, type Tx } from '@switchboard/core'
import { findProfile } from '../profile-store.ts'
import type { Plan } from './act.ts'
import { decisionsBetween, membersOf } from './store.ts'

/** Makes one person of several, whatever earlier decision kept them apart. */
export async function planMerge(tx: Tx, asked: readonly string[]): Promise<Plan> {
  const ids = await live(tx, asked)
  if (ids.length < 2) throw new Conflict('these are one person already')
  const sides = await membersOf(tx, ids)
  return {
    what: 'profile.merge',
    target: `profile:${ids[0]!}`,
    candidates: sides.flat(),
    make: [{ kind: 'together', sides }],
    lift: await decisionsBetween(tx, 'apart', sides),
  }
}

/** Keeps two people two, whatever comes to speak for one. */
export async function planKeepApart(tx: Tx, asked: readonly [string, string]): Promise<Plan> {
  const [a, b] = await live(tx, asked)
  if (!a || !b) throw new Conflict('these are one person: un-merge them first')
  const sides = await membersOf(tx, [a, b])
  return {
    what: 'profile.keepApart',
    target: `profile:${a}`,
    candidates: sides.flat(),
    make: [{ kind: 'apart', sides }],
    lift: await decisionsBetween(tx, 'together', sides),
    line: { name: 'profile.keptApart', profileId: a, data: { with: [b] } },
  }
}

/** The profiles that these ids lead to, each once, the oldest first. @throws NotFound for the first that leads nowhere */
async function live(tx: Tx, asked: readonly string[]): Promise<ProfileId[]> {
  const ids = new Set<ProfileId>()
  for (const id of asked) {
    const profile = await findProfile(tx, id)
    if (!profile) throw new NotFound(`profile ${id}`)
    ids.add(profile.id)
  }
  if (asked.length < 2) throw new HubError('bad_request', 'name at least two profiles')
  return [...ids].toSorted()
}
