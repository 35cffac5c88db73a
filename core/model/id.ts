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

/** Whether `text` is one of our ids (a UUIDv7). */
export function isId(text: string): boolean {
  return validate(text) && version(text) === 7
}
