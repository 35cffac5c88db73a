import { money, type Person, type PersonRole, type PostalAddress, type Record } from '@switchboard/core'

/** An order as the shop tells it, by either way: the API and the webhooks spell the same things differently. */
export interface Order {
  /** The shop's global id, `gid://shopify/Order/…`: the plain number may be larger than a double can hold. */
  id: string
  /** What the customer quotes: "#1001". */
  name: string
  createdAt: Date
  updatedAt: Date
  isCancelled: boolean
  /** Such as `PARTIALLY_PAID`, in either case. */
  financial: string | null
  /** Such as `FULFILLED`, in either case; null is unfulfilled. */
  fulfillment: string | null
  total: { amount: string; currency: string } | null
  email: string | null
  phone: string | null
  /** Null for guests and most sales at the till. */
  customer: Customer | null
  billing: Address | null
  shipping: Address | null
}

/** Who has the account. */
export interface Customer {
  id: string | null
  firstName: string | null
  lastName: string | null
  email: string | null
  phone: string | null
  defaultAddress: Address | null
}

/** Who a bill or a parcel is for, and where it goes. */
export interface Address {
  firstName: string | null
  lastName: string | null
  name: string | null
  phone: string | null
  /** Null where it says nothing but a country. */
  place: PostalAddress | null
}

/** The order in the hub's words. `denied`: of whom the shop did not show us everything; who is not seen at all is hidden. */
export function toRecord(order: Order, denied: PersonRole[] = []): Record {
  const people = peopleOf(order)
  const hidden = denied.filter(role => !people.some(person => person.role === role))
  return {
    kind: 'order',
    externalId: order.id,
    version: null,
    updatedAt: order.updatedAt,
    deletedAt: null,
    people,
    ...(hidden.length > 0 ? { hidden } : {}),
    facts: {
      number: order.name,
      placedAt: order.createdAt.toISOString(),
      total: order.total && money(order.total.amount, order.total.currency),
      status: statusOf(order),
    },
  }
}

/** Plain words: "paid, unfulfilled". */
function statusOf({ isCancelled, financial, fulfillment }: Order): string {
  if (isCancelled) return 'cancelled'
  const paid = financial?.toLowerCase().replaceAll('_', ' ')
  return [paid, shipped[fulfillment?.toLowerCase() ?? ''] ?? 'unfulfilled'].filter(Boolean).join(', ')
}

/** The API tells more steps of an unfulfilled order than the webhooks do: they are one here, so that both say the same. */
const shipped: { readonly [status: string]: string | undefined } = {
  fulfilled: 'fulfilled',
  partial: 'partially fulfilled',
  partially_fulfilled: 'partially fulfilled',
  restocked: 'restocked',
}

/**
 * The people of an order: customer, payer and receiver may be three, so each is a candidate of their own.
 * An address that says nothing new about somebody already named is not a second person.
 */
function peopleOf(order: Order): Person[] {
  const people: Person[] = []
  for (const person of candidatesOf(order)) {
    if (!isSomebody(person)) continue
    const known = people.find(other => isSame(other, person))
    if (known) addTo(known, person)
    else people.push(person)
  }
  return people
}

/** What an address adds to whoever it names. */
function addTo(known: Person, { phones = [], address }: Person): void {
  known.phones = [...new Set([...(known.phones ?? []), ...phones])]
  known.address ??= address
}

function candidatesOf(order: Order): Person[] {
  const { customer, billing, shipping } = order
  const named = [customer && customerOf(customer, order), ...addressees(billing, shipping)].filter(
    person => person !== null,
  )
  if (customer) return [...named, ...otherContact(order, customer)]
  // A guest is whoever is billed: the email and phone of the order are theirs.
  const [guest, ...others] = named
  const contact = { email: order.email, phones: listed(order.phone) }
  if (!guest) return [{ role: 'contact', externalId: null, ...contact }]
  return [{ ...guest, email: contact.email, phones: listed(...contact.phones, ...(guest.phones ?? [])) }, ...others]
}

/**
 * Whoever has an account, with what an order of theirs adds. Shops often leave the account's own name and phone empty and have them
 * in its default address. Where that names somebody else, only they live there.
 */
export function customerOf(
  { id, firstName, lastName, email, phone, defaultAddress: home }: Customer,
  order: Pick<Order, 'email' | 'phone'> = { email: null, phone: null },
): Person {
  const names = firstName || lastName ? { firstName, lastName, name: null } : namesOf(home)
  const own = home && !isOtherName(home, names) ? home : nowhere
  const phones = listed(phone, own.phone, order.phone)
  return { role: 'customer', externalId: id, ...names, email: email ?? order.email, phones, address: own.place }
}

const nowhere: Pick<Address, 'phone' | 'place'> = { phone: null, place: null }

function addressees(billing: Address | null, shipping: Address | null): Person[] {
  const addressee = (role: 'billing' | 'shipping', address: Address): Person => {
    const { phone, place } = address
    return { role, externalId: null, ...namesOf(address), email: null, phones: listed(phone), address: place }
  }
  return [...(billing ? [addressee('billing', billing)] : []), ...(shipping ? [addressee('shipping', shipping)] : [])]
}

/** An email that was typed for this order and is not the account's may be somebody else's. */
function otherContact({ email }: Order, customer: Customer): Person[] {
  const isOther = email && customer.email && email.toLowerCase() !== customer.email.toLowerCase()
  return isOther ? [{ role: 'contact', externalId: null, email, phones: [] }] : []
}

function namesOf(address: Address | null): Pick<Person, 'firstName' | 'lastName' | 'name'> {
  const { firstName = null, lastName = null, name = null } = address ?? {}
  return { firstName, lastName, name: firstName || lastName ? null : name }
}

function listed(...phones: (string | null)[]): string[] {
  return [...new Set(phones.filter(phone => phone !== null))]
}

/** Whether anything is known of a person but an id. */
export function isSomebody(person: Person): boolean {
  return Boolean(person.email || person.phones?.length || fullName(person))
}

/** The same name, and no phone or email that speaks against it. */
function isSame(one: Person, other: Person): boolean {
  if (!fullName(one) || fullName(one) !== fullName(other)) return false
  const phones = one.phones ?? []
  const isAgreed =
    phones.length === 0 || (other.phones ?? []).every(phone => phones.some(known => bare(known) === bare(phone)))
  return isAgreed && (!other.email || other.email === one.email)
}

function isOtherName(address: Address, names: Pick<Person, 'firstName' | 'lastName' | 'name'>): boolean {
  const name = fullName(namesOf(address))
  return name !== '' && name !== fullName(names)
}

function fullName({ firstName, lastName, name }: Pick<Person, 'firstName' | 'lastName' | 'name'>): string {
  const text = name ?? [firstName, lastName].filter(Boolean).join(' ')
  return text.trim().toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ')
}

/** Enough to see that two spellings within one order are one number (some put letters in); cleaning is the core's. */
const bare = (phone: string): string => phone.replace(/[^\da-z]/gi, '').slice(-9)
