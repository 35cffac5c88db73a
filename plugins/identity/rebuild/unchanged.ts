import type { Decided } from './decided.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Tells which groups of candidates have anything new in them: a record that says something else or waits to be read, a profile
 * some of whose people are gone, or people who are one now and were not, or the other way round. All else that is stored of a
 * group follows from that.
 */
export function changedGroups(
  { profile, profiles, strays, isSame }: Snapshot,
  { clusterOf, isWaiting }: Pick<Decided, 'clusterOf' | 'isWaiting'>,
  isUnverified: (place: number) => boolean,
): (group: Int32Array) => boolean {
  const clusterOfProfile = new Int32Array(profiles.length).fill(-1)
  const profileOfCluster = new Int32Array(clusterOf.length).fill(-1)
  const isNew = Uint8Array.from(isSame, same => 1 - same)
  const losing = new Set(strays.map(stray => stray.profile))
  const isKnown = (known: Int32Array, at: number, now: number): boolean => {
    if (known[at] === -1) known[at] = now
    return known[at] === now
  }
  for (let place = 0; place < clusterOf.length; place++) {
    const [old, cluster] = [profile[place]!, clusterOf[place]!]
    if (losing.has(old) && old >= 0) isNew[place] = 1
    if (isUnverified(place)) continue
    // Whoever waits is in no profile, and everybody else in one.
    const isHere = isWaiting(place)
      ? old === -1
      : old !== -1 && isKnown(clusterOfProfile, old, cluster) && isKnown(profileOfCluster, cluster, old)
    if (!isHere) isNew[place] = 1
  }
  return group => group.some(place => isNew[place] === 1)
}
