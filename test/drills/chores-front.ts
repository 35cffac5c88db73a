import { isDeepStrictEqual } from 'node:util'
import type { RunningFront } from '@switchboard/test-simulators/front'

/** A message at Front. */
export type FrontMessage = ReturnType<RunningFront['messages']>[number]

/** A message as the hub keeps it. */
export interface KeptMessage {
  externalId: string | null
  text: string
  direction: string
}

/** Reads every message of Front that the hub keeps. */
export const keptMessages = `select external_id as "externalId", body as text, direction from message where vendor = 'front'`

/** How what the hub has of Front's messages compares with what Front has. */
export interface FrontComparison {
  messages: number
  missing: number
  doubled: number
  wrong: number
}

/** Every message of Front's once, with its words. */
export function compareFront(theirs: readonly FrontMessage[], ours: readonly KeptMessage[]): FrontComparison {
  const byId = Map.groupBy(ours, ({ externalId }) => externalId ?? '')
  const wanted = new Set(theirs.map(({ uid }) => uid))
  const isRight = ({ uid, text, isInbound }: FrontMessage): boolean => {
    const [kept] = byId.get(uid) ?? []
    const direction = isInbound ? 'inbound' : 'outbound'
    return !kept || isDeepStrictEqual([kept.text, kept.direction], [text, direction])
  }
  return {
    messages: theirs.length,
    missing: theirs.filter(({ uid }) => !byId.has(uid)).length,
    doubled: ours.length - byId.size + [...byId.keys()].filter(id => !wanted.has(id)).length,
    wrong: theirs.filter(message => !isRight(message)).length,
  }
}
