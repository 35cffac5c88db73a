import { foldName, type Tx } from '@switchboard/core'
import { loadNameAnswers } from './queue-store.ts'

/** First names as people's answers tell them: pairs that one person goes by, and pairs that are two people's. Folded, the lesser first. */
export interface LearnedNames {
  aliases: [string, string][]
  never: [string, string][]
}

/**
 * What answers teach about first names, for whoever trains: "yes" where only the first name differs says that one person goes by both, "no"
 * says that they are two people's. Where answers disagree, the more frequent one counts; none where they are as many.
 */
export async function learnedFrom(tx: Tx): Promise<LearnedNames> {
  const votes = new Map<string, number>()
  for (const { one, other, isOne } of await loadNameAnswers(tx)) {
    const pair = [foldName(one), foldName(other)].toSorted()
    if (pair[0] === pair[1]) continue
    const key = pair.join('\n')
    votes.set(key, (votes.get(key) ?? 0) + (isOne ? 1 : -1))
  }
  const pairs = (isWanted: (vote: number) => boolean): [string, string][] =>
    [...votes]
      .filter(([, vote]) => isWanted(vote))
      .map(([key]) => key.split('\n') as [string, string])
      .toSorted()
  return { aliases: pairs(vote => vote > 0), never: pairs(vote => vote < 0) }
}
