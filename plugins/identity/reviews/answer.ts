import { Conflict, NotFound, type Tx } from '@switchboard/core'
import type { Plan } from '../decisions/act.ts'
import { decisionsBetween, membersOf, type NewDecision } from '../decisions/store.ts'
import { loadEdges } from '../why/store.ts'
import { closeReview, findReview, type Side } from './queue-store.ts'

/** One person; not by what these say; or two people, whatever comes. */
export type Answer = 'yes' | 'no' | 'apart'

/** What an answer decides: `yes` makes one person of both, `no` keeps apart those who say the same as these, `apart` both whole people. */
export async function planAnswer(
  tx: Tx,
  id: string,
  { answer, by, reason }: { answer: Answer; by: string; reason: string | null },
): Promise<Plan> {
  const review = await findReview(tx, id)
  if (!review) throw new NotFound(`review ${id}`)
  if (review.closedAt) throw new Conflict(`this was answered already: ${review.answer}`)
  const { a, b } = review
  if (!a || !b) throw new Conflict('a record that this is about is gone')
  const sides = await sidesOf(tx, answer, [a, b])
  const decision: NewDecision = { kind: answer === 'yes' ? 'together' : 'apart', sides }
  const isParting = answer !== 'yes' && a.profileId !== null && a.profileId === b.profileId
  return {
    what: 'review.answer',
    target: `review:${id}`,
    candidates: await concerned(tx, [a, b]),
    make: [decision],
    lift: await decisionsBetween(tx, answer === 'yes' ? 'apart' : 'together', sides),
    ...(answer === 'yes' ? {} : { line: lineOf(a, b, isParting) }),
    also: (tx, [decisionId = null], at) => closeReview(tx, id, { answer, by, reason, at, decisionId }),
  }
}

function lineOf(a: Side, b: Side, isParting: boolean): NonNullable<Plan['line']> {
  const profileId = (a.profileId ?? b.profileId) as NonNullable<Plan['line']>['profileId']
  if (isParting) return { name: 'profile.unmerged', profileId, data: { into: [] } }
  const others = [b.profileId].filter(id => id !== null && id !== profileId)
  return { name: 'profile.keptApart', profileId, data: { with: others as (typeof profileId)[] } }
}

/** Everybody in the profiles of both, and both themselves where they wait for one. */
async function concerned(tx: Tx, both: readonly Side[]): Promise<string[]> {
  const profiles = both.flatMap(({ profileId }) => profileId ?? [])
  return [...new Set([...(await membersOf(tx, [...new Set(profiles)])).flat(), ...both.map(one => one.candidateId)])]
}

async function sidesOf(tx: Tx, answer: Answer, [a, b]: [Side, Side]): Promise<string[][]> {
  const isOne = a.profileId !== null && a.profileId === b.profileId
  if (answer !== 'yes' && isOne) return halvesOf(tx, a, b)
  if (answer === 'yes' && isOne) return [[a.candidateId], [b.candidateId]]
  if (answer === 'no') return Promise.all([a, b].map(side => alike(tx, side)))
  return Promise.all([a, b].map(side => whole(tx, side)))
}

async function whole(tx: Tx, { profileId, candidateId }: Side): Promise<string[]> {
  return profileId === null ? [candidateId] : (await membersOf(tx, [profileId]))[0]!
}

/** Those in the same profile who say exactly the same. */
async function alike(tx: Tx, { profileId, candidateId, signature }: Side): Promise<string[]> {
  if (profileId === null) return [candidateId]
  const rows = await tx.sql<{ id: string }>`
    select c.id from profile_member m join candidate c on c.id = m.candidate_id
    where m.profile_id = ${profileId} and c.signature = ${signature} order by c.id`
  return rows.map(({ id }) => id)
}

/** A profile parted at the weakest link between two of it. */
async function halvesOf(tx: Tx, a: Side, b: Side): Promise<[string[], string[]]> {
  const rows = await tx.sql<{ id: string; signature: string }>`
    select c.id, c.signature from profile_member m join candidate c on c.id = m.candidate_id
    where m.profile_id = ${a.profileId} order by c.id`
  // Without the weakest links, one after the other, until the two are no longer connected.
  const edges = (await loadEdges(tx, a.profileId as Parameters<typeof loadEdges>[1], 100_000)).toSorted(
    (x, y) => y.weight - x.weight,
  )
  const group = new Map(rows.map(({ signature }) => [signature, signature]))
  const rootOf = (one: string): string => {
    let root = one
    while (group.has(root) && group.get(root) !== root) root = group.get(root)!
    return root
  }
  for (const edge of edges) {
    const [one, other] = [rootOf(edge.a), rootOf(edge.b)]
    const both = [rootOf(a.signature), rootOf(b.signature)]
    if (one !== other && !(both.includes(one) && both.includes(other))) group.set(one, other)
  }
  const far = rootOf(b.signature)
  const isFar = ({ signature }: { signature: string }): boolean =>
    rootOf(signature) === far && far !== rootOf(a.signature)
  const of = (wanted: boolean): string[] => rows.filter(row => isFar(row) === wanted).map(({ id }) => id)
  if (of(true).length === 0) return [rows.map(({ id }) => id).filter(id => id !== b.candidateId), [b.candidateId]]
  return [of(false), of(true)]
}
