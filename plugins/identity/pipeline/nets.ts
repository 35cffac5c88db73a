import { foldName } from '@switchboard/core'
import type { Candidate } from './candidate.ts'
import type { Before, Doubt, Draft } from './made.ts'
import { step } from './step.ts'

/** More first names than this in one profile: somebody should look. */
const plausibleFirstNames = 4

/** Catches what the other steps left behind: profiles without records are swept, and profiles that came to have many first names are named. */
export const nets = step({
  name: 'nets',
  needs: ['drafts', 'placement', 'before'],
  makes: ['swept', 'doubted'],
  run: ({ drafts, placement, before }) => {
    const alive = new Set([...placement.ids, ...placement.merged.map(({ from }) => from)])
    const swept = [...before.profiles.keys()].filter(id => !alive.has(id))
    return { swept, doubted: doubtedIn(drafts, placement.ids, before) }
  },
})

/** Each is named again only when it has twice as many first names as before: an internal account would be named with every order. */
function doubtedIn(drafts: Draft[], ids: readonly string[], before: Before): Doubt[] {
  const suspects = drafts.flatMap(({ members }, at) => {
    if (members.length <= plausibleFirstNames) return []
    const firstNames = firstNamesOf(members.map(({ candidate }) => candidate))
    return firstNames > plausibleFirstNames ? [{ profileId: ids[at]!, because: 'many first names', firstNames }] : []
  })
  return suspects.filter(({ profileId, firstNames }) => {
    const then = before.candidates.filter(({ id }) => before.memberships.get(id)?.profileId === profileId)
    return firstNames >= 2 * firstNamesOf(then)
  })
}

function firstNamesOf(candidates: Candidate[]): number {
  return new Set(candidates.flatMap(({ firstName }) => (firstName ? [foldName(firstName)] : []))).size
}
