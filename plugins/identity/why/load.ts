import type { ProfileId, Tx } from '@switchboard/core'
import { ledgerOf, type LedgerLine, type Undo } from '../decisions/ledger.ts'
import type { StoredProfile } from '../profile-store.ts'
import { bitsAt } from './bits.ts'
import { showComparison, type Sided } from './comparison.ts'
import type { Apart, Structure, Why } from './show.ts'
import {
  loadDecided,
  loadEdges,
  loadNodes,
  loadRefused,
  loadSharedKeys,
  loadSharedRecords,
  type Refused,
  type Signed,
} from './store.ts'
import { structureOf } from './structure.ts'
import { counted, listed, plain } from './words.ts'

/** By what people are told apart: the model's name, and the probability above which two are one. */
export interface Judging {
  name: string
  threshold: number
}

/** Explains a comparison of two afresh; null where that cannot be done. */
export type Explain = (tx: Tx, a: Signed, b: Signed) => Promise<Explained | null>

/** A comparison explained afresh. */
export interface Explained {
  weight: number
  shares: Parameters<typeof showComparison>[0]['shares']
  flips?: string
}

/** More links or lines of history than this are not shown at once. */
const mostShown = 200
/** More comparisons than this are not explained afresh. */
const mostExplained = 25

/** Everything that says why a profile is one person. */
export async function loadWhy(
  tx: Tx,
  profile: StoredProfile,
  { name, threshold }: Judging,
  explain: Explain,
): Promise<Why> {
  const nodes = await loadNodes(tx, profile.id)
  const bySignature = new Map(nodes.map(node => [node.signature, node]))
  const bits = bitsAt(threshold)
  const links = await loadLinks(tx, profile.id, { bySignature, bits, explain })
  return {
    displayName: profile.displayName,
    model: name,
    threshold: { probability: threshold, bits },
    links,
    nodes: nodes.map(({ keys: _, sided: __, firstName: ___, candidateId: ____, ...node }) => shownNode(node)),
    ...structureOf(nodes, links, bits),
    history: await loadHistory(tx, profile.id),
  }
}

interface Explaining {
  bySignature: ReadonlyMap<string, Signed>
  bits: number
  explain: Explain
}

/** The weakest first; what more than a screen of them were worth is told as it was stored. */
async function loadLinks(tx: Tx, id: ProfileId, { bySignature, bits, explain }: Explaining): Promise<Why['links']> {
  const links: Why['links'] = []
  for (const edge of await loadEdges(tx, id, mostShown)) {
    const [a, b] = [bySignature.get(edge.a), bySignature.get(edge.b)]
    const isExplained = links.length < mostExplained
    const told = a && b && isExplained ? await retold(tx, [a, b], edge.levels, explain) : { shares: edge.levels }
    const sides = { a: a?.sided ?? null, b: b?.sided ?? null }
    links.push(showComparison({ ...told, ...sides, weight: edge.weight, threshold: bits }))
  }
  return links
}

/** What was stored is what decided: an explanation that finds something else would be about something else. */
async function retold(
  tx: Tx,
  [a, b]: readonly [Signed, Signed],
  shares: Explained['shares'],
  explain: Explain,
): Promise<Pick<Explained, 'shares' | 'flips'>> {
  const fresh = await explain(tx, a, b)
  return fresh && isSameFinding(fresh.shares, shares) ? { shares: fresh.shares, flips: fresh.flips ?? '' } : { shares }
}

function isSameFinding(fresh: Explained['shares'], stored: Explained['shares']): boolean {
  const levels = new Map(fresh.map(({ field, level }) => [field, level]))
  return stored.every(({ field, level, bits }) => levels.get(field) === level || (bits === 0 && !levels.has(field)))
}

/** Only what is to be shown of a node. */
function shownNode(node: Omit<Signed, 'keys' | 'sided' | 'firstName' | 'candidateId'>): Why['nodes'][number] {
  const { signature, name, source, externalId, sources, records, email, phone } = node
  return { signature, name, source, externalId, sources, records, email, phone }
}

/** A profile's merges, splits and decisions, the newest first. */
export async function loadHistory(tx: Tx, id: ProfileId): Promise<Structure['history']> {
  const lines = await ledgerOf(tx, id, mostShown)
  const leading = await tx.sql<{ id: string }>`select id from profile where merged_into = ${id}`
  const made = lines.flatMap(({ undo }) => undo?.decisions?.made ?? [])
  const standing = await tx.sql<{ id: string }>`
    select id from decision where id = any(${made}::uuid[]) and lifted_at is null`
  const [here, valid] = [new Set(leading.map(row => row.id)), new Set(standing.map(row => row.id))]
  return lines.filter(line => !isTold(line, lines)).map(line => showLine(line, here, valid))
}

/** The split that came of an un-merge, and the merge that came of taking one back, are told by the line about that. */
function isTold({ name, by, at }: LedgerLine, lines: readonly LedgerLine[]): boolean {
  const told = name === 'profile.split' ? 'profile.unmerged' : name === 'profile.merged' ? 'profile.remerged' : null
  return lines.some(line => line.name === told && line.by === by && line.at.getTime() === at.getTime())
}

function showLine(
  { id, name, at, by, reason, profileId, data, undo }: LedgerLine,
  here: ReadonlySet<string>,
  valid: ReadonlySet<string>,
): Structure['history'][number] {
  return {
    ...{ id, by, reason, profileId },
    what: name.replace('profile.', ''),
    at: at.toISOString(),
    others: Object.values(data).find(Array.isArray) ?? [],
    canUndo: canBeUndone(name, undo, here, valid),
  }
}

/** A merge, while whom it brought still leads here; an un-merge, while its "no" counts. */
function canBeUndone(name: string, undo: Undo | null, here: ReadonlySet<string>, valid: ReadonlySet<string>): boolean {
  if (name === 'profile.merged') return undo?.ended?.some(({ row }) => here.has(row.id)) ?? false
  return name === 'profile.unmerged' && (undo?.decisions?.made.some(one => valid.has(one)) ?? false)
}

/** Why two profiles are two. */
export async function loadApart(
  tx: Tx,
  [one, other]: readonly [StoredProfile, StoredProfile],
  { name, threshold }: Judging,
  explain: Explain,
): Promise<Apart> {
  const [decided, refused, records, keys] = [
    await loadDecided(tx, one.id, other.id),
    await loadRefused(tx, one.id, other.id, 5),
    await loadSharedRecords(tx, one.id, other.id),
    await loadSharedKeys(tx, one.id, other.id),
  ]
  const bits = bitsAt(threshold)
  const best = await bestPair(tx, [one.id, other.id], { refused, explain, bits })
  const because = [
    ...decided.map(
      ({ kind, by, reason }) =>
        `${by} decided that they are ${kind === 'apart' ? 'two' : 'one'}${reason ? `: ${reason}` : ''}`,
    ),
    ...records.map(record => `${record.source} ${record.externalId} names them as two: ${listed(record.roles)}`),
    ...new Set(refused.map(({ because }) => because)),
    ...(best && best.weight <= bits
      ? [`the nearest of their records come to ${plain(best.weight)} bits; ${bits.toFixed(1)} are needed`]
      : []),
    ...(keys.length === 0
      ? ['they share neither an email nor a phone, so they were never compared']
      : [`they share ${listed(keys.map(key => `an ${key}`.replace('an phone', 'a phone')))}`]),
  ]
  return {
    ...{ profileId: one.id, with: other.id, model: name, names: [one.displayName, other.displayName], because, best },
    threshold: { probability: threshold, bits },
    decisions: decided.map(({ at, ...decision }) => ({ ...decision, at: at.toISOString() })),
    flips: decided.some(({ kind }) => kind === 'apart')
      ? `only people can turn it: ${counted(decided.length, 'decision')} keeps them apart`
      : refused[0]?.flips || best?.flips || 'a record that shares an email or a phone with both',
  }
}

/** Looks at no more pairs than this for the one that is nearest to being one person. */
const mostPairs = 200

async function bestPair(
  tx: Tx,
  [one, other]: readonly [ProfileId, ProfileId],
  { refused, explain, bits }: { refused: readonly Refused[]; explain: Explain; bits: number },
): Promise<Apart['best']> {
  const [nodes, others] = [await loadNodes(tx, one), await loadNodes(tx, other)]
  const pairs = nodes.flatMap(a => others.map(b => [a, b] as const))
  const telling = pairs.filter(([a, b]) => refused.some(no => isPair(no, a.signature, b.signature)))
  let best: { a: Sided; b: Sided; found: Explained } | null = null
  for (const [a, b] of [...telling, ...pairs].slice(0, mostPairs)) {
    const found = await explain(tx, a, b)
    if (found && (!best || found.weight > best.found.weight)) best = { a: a.sided, b: b.sided, found }
  }
  if (!best) return null
  const { a, b, found } = best
  return showComparison({ a, b, weight: found.weight, shares: found.shares, flips: found.flips ?? '', threshold: bits })
}

function isPair({ a, b }: Refused, one: string, other: string): boolean {
  return (a === one && b === other) || (a === other && b === one)
}
