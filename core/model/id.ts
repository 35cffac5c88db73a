import { randomFillSync } from 'node:crypto'
import { v7, validate, version } from 'uuid'

/** A UUIDv7 of one kind of thing: ids of different kinds cannot be mixed up. */
export type Id<Kind extends string> = string & { readonly kind: Kind }

export type StaffId = Id<'staff'>
export type CallId = Id<'call'>
export type LegId = Id<'leg'>
export type ProfileId = Id<'profile'>
export type RecordId = Id<'record'>

/** A new id; ids made later sort later. */
export function newId<Kind extends string>(): Id<Kind> {
  return v7() as Id<Kind>
}

/** Random bytes of an id, and ids for which they are fetched at once: asking for them takes longer than all else. */
const idBytes = 16
const idsAtOnce = 1024

/** Makes ids as `newId` does, each later than the one before, for whoever needs very many. */
export function idMaker(): () => string {
  const bytes = new Uint8Array(idBytes * idsAtOnce)
  let [at, msecs, seq] = [bytes.length, 0, 0]
  return () => {
    if (at === bytes.length) {
      randomFillSync(bytes)
      at = 0
      msecs = Math.max(msecs + 1, timeOf(newId()))
      seq = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!
    }
    return v7({ random: bytes.subarray(at, (at += idBytes)), msecs, seq: ++seq })
  }
}

/** When an id was made, in milliseconds since 1970. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** Whether `text` is one of our ids (a UUIDv7). */
export function isId(text: string): boolean {
  return validate(text) && version(text) === 7
}
