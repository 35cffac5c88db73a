import { nicknameOf, randomHandles, type Handle } from './contact-handles.ts'
import { randomOf, seedOf, type Random } from './random.ts'
import type { World, WorldPerson } from './world.ts'

/** A contact as the shop's staff have it in their shared inbox: one name in one field, and any number of handles. */
export interface WorldContact {
  id: string
  name: string | null
  handles: Handle[]
  groups: string[]
  isPrivate: boolean
  updatedAt: Date
}

/** A thread between a contact and the shop, with what was said. */
export interface WorldThread {
  contactId: string
  kind: 'sms' | 'email'
  subject: string | null
  said: { isInbound: boolean; text: string; at: Date }[]
}

/** Who a contact really is. Contacts of one person have the same `person`. */
export interface ContactTruth {
  source: 'front'
  externalId: string
  role: 'contact'
  person: string
}

/** What the shared inbox knew on the day the world was made. */
export interface ContactBook {
  /** By the time of their last change, oldest first. */
  contacts: WorldContact[]
  threads: WorldThread[]
  truth: ContactTruth[]
}

const dayMs = 86_400_000

/** The contacts and threads of a world: two in five people wrote in, some of them by email and by phone as two contacts. */
export function contactsOf(world: World): ContactBook {
  const random = randomOf(seedOf(world.seed, 'contacts'))
  const book: ContactBook = { contacts: [], threads: [], truth: [] }
  const add = (draft: Omit<WorldContact, 'id'>, person: string): WorldContact => {
    const contact = { id: contactId(book.contacts.length), ...draft }
    book.contacts.push(contact)
    book.truth.push({ source: 'front', externalId: contact.id, role: 'contact', person })
    return contact
  }
  for (const person of world.people) {
    const isThere = random.chance(0.4)
    for (const draft of isThere ? draftsOf(random, person, world.madeFor) : []) {
      const contact = add(draft, person.id)
      if (random.chance(0.15)) book.threads.push(threadOf(random, contact, world.madeFor))
    }
  }
  book.threads.push(threadOf(random, add(demoContact(world), 'person_demo'), world.madeFor))
  book.contacts.sort(
    (one, other) => one.updatedAt.getTime() - other.updatedAt.getTime() || (one.id < other.id ? -1 : 1),
  )
  return book
}

/** Front's ids are a prefix and a number in base 36. */
export function contactId(number: number): string {
  return `crd_${(2_100_000_000 + number * 7).toString(36)}`
}

function draftsOf(random: Random, person: WorldPerson, now: Date): Omit<WorldContact, 'id'>[] {
  const handles = randomHandles(random, person)
  const isSplit = handles.length > 1 && random.chance(0.08)
  return (isSplit ? handles.map(handle => [handle]) : [handles])
    .filter(own => own.length > 0)
    .map(own => ({
      name: nameOf(random, person),
      handles: own,
      groups: random.chance(0.2) ? [random.pick(['Brides', 'Grooms', 'Suppliers', 'Press'])] : [],
      isPrivate: random.chance(0.03),
      updatedAt: new Date(now.getTime() - random.int(1, 365 * dayMs)),
    }))
}

/** Staff write names as they hear them; a contact nobody named has none. */
function nameOf(random: Random, person: WorldPerson): string | null {
  const { firstName, lastName } = person
  const draw = random.next()
  const nickname = nicknameOf(random, person)
  if (draw < 0.72) return `${firstName} ${lastName}`
  if (draw < 0.82) return `${nickname} ${lastName}`
  if (draw < 0.88) return `${lastName}, ${firstName}`
  return draw < 0.93 ? firstName : null
}

/** Sarah wrote in last, shortly before the day began. */
function demoContact({ demoCaller, madeFor }: World): Omit<WorldContact, 'id'> {
  const { firstName, lastName, email, phone } = demoCaller
  const handles: Handle[] = [
    { handle: email, source: 'email' },
    { handle: phone, source: 'phone' },
  ]
  const updatedAt = new Date(madeFor.getTime() - 30_000)
  return { name: `${firstName} ${lastName}`, handles, groups: ['Brides'], isPrivate: false, updatedAt }
}

const questions = [
  'Is my gown ready to be picked up?',
  'Can I bring my sister to the fitting?',
  'Do you have the Banksia in ivory?',
  'I am running ten minutes late, sorry!',
  'How long do alterations take?',
]
const answers = [
  'Yes, any day from ten to five.',
  'Of course, see you then.',
  'We will check and come back to you today.',
  'No worries at all.',
]

function threadOf(random: Random, { id, handles }: WorldContact, now: Date): WorldThread {
  const kind = handles.some(({ source }) => source === 'phone') && random.chance(0.6) ? 'sms' : 'email'
  const hasEmail = handles.some(({ source }) => source === 'email')
  let at = now.getTime() - random.int(dayMs, 60 * dayMs)
  const said = Array.from({ length: random.int(1, 4) }, (_, turn) => {
    at += random.int(60_000, 3 * 3_600_000)
    const isInbound = turn % 2 === 0
    return { isInbound, text: random.pick(isInbound ? questions : answers), at: new Date(at) }
  })
  const isEmail = kind === 'email' && hasEmail
  return { contactId: id, kind: isEmail ? 'email' : 'sms', subject: isEmail ? 'Your visit' : null, said }
}
