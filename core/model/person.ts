/** Which part a person plays in a record. One record can name several people, and they stay candidates of their own. */
export type PersonRole = 'customer' | 'billing' | 'shipping' | 'primary' | 'partner' | 'client' | 'contact'

/** A person as a vendor wrote them: nothing is cleaned here. Adapters pass on phones and emails as they came. */
export interface Person {
  role: PersonRole
  /** The vendor's id of this person, when it has one. */
  externalId?: string | null
  firstName?: string | null
  lastName?: string | null
  /** The whole name in one field, where the vendor has only that. */
  name?: string | null
  email?: string | null
  /** Phones in the vendor's order, the first the most important. */
  phones?: string[]
  address?: PostalAddress | null
  /** ISO 8601, or as the vendor wrote it. */
  birthDate?: string | null
  /** Typed by somebody whom nobody has verified, such as a caller or a web form: it is shown, and never makes one person of two. */
  isUnverified?: boolean
}

/** Where a person lives or has things sent to, as a vendor wrote it. */
export interface PostalAddress {
  /** House and street; a second line such as a unit after a comma. */
  street?: string | null
  city?: string | null
  /** State or province. */
  region?: string | null
  postcode?: string | null
  /** ISO 3166, two letters. */
  country?: string | null
}
